/** Approving for less: what one yes may leave of what was asked for, and what all of them leave together. */
import { SHORTEST_SECONDS } from "./limits.ts";
import type { Millis } from "./person.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Asked, Less, Target, Yes } from "./request.ts";

type Scope = Pick<Asked, "targets" | "durationSeconds" | "startsAt">;

/** Takes a request; returns all that was asked for. */
export function allOf({ targets, durationSeconds, startsAt }: Scope): Less {
  const namespaces = [...new Set(targets.flatMap((target) => target.namespaces))].sort();
  return { durationSeconds, namespaces, startsAt };
}

/**
 * Takes a request and its yeses; returns what they leave together: the shortest duration, the namespaces that all of them
 * left in, the latest start.
 */
export function narrowest(request: Scope, yeses: readonly Pick<Yes, "less">[]): Less {
  return yeses.reduce((left, { less }) => (less === null ? left : meet(left, less)), allOf(request));
}

function meet(one: Less, other: Less): Less {
  return {
    durationSeconds: Math.min(one.durationSeconds, other.durationSeconds),
    namespaces: one.namespaces.filter((namespace) => other.namespaces.includes(namespace)),
    startsAt: one.startsAt === null ? other.startsAt : Math.max(one.startsAt, other.startsAt ?? 0),
  };
}

/**
 * Takes a request with its yeses, what one more would leave, and the time; returns why it may not, or null. Never wider in
 * anything than what was asked for, nor past the moment at which all of that would end; and with what the others leave,
 * something must be left.
 */
export function whyNotLess(request: Scope & Pick<Asked, "yeses">, less: Less, now: Millis): Refusal | null {
  const all = allOf(request);
  const other = less.namespaces.find((namespace) => !all.namespaces.includes(namespace));
  if (other !== undefined) return refuse("notNarrower", { field: "namespaces", detail: other });
  if (less.durationSeconds > all.durationSeconds) return refuse("notNarrower", { field: "duration" });
  const isEarlier = (less.startsAt ?? 0) < (all.startsAt ?? 0);
  const isLonger = endOf(less, now) > endOf(all, now);
  if (isEarlier || isLonger) return refuse("notNarrower", { field: "start" });
  const left = narrowest(request, [...request.yeses, { less }]);
  if (left.namespaces.length === 0) return refuse("nothingLeft", { field: "namespaces" });
  return left.durationSeconds >= SHORTEST_SECONDS ? null : refuse("nothingLeft", { field: "duration" });
}

function endOf({ startsAt, durationSeconds }: Less, now: Millis): Millis {
  return Math.max(startsAt ?? now, now) + durationSeconds * 1000;
}

/** Takes a request and what would be lent of it; returns that as what a yes leaves: null where it is all. */
export function lessThanAll(request: Scope, lent: Less): Less | null {
  return JSON.stringify(lent) === JSON.stringify(allOf(request)) ? null : lent;
}

/** Takes a request and what would be lent of it; returns its targets with what is left of their namespaces. */
export function leftOf({ targets }: Pick<Asked, "targets">, { namespaces }: Less): readonly Target[] {
  return targets
    .map((target) => ({ ...target, namespaces: target.namespaces.filter((name) => namespaces.includes(name)) }))
    .filter((target) => target.namespaces.length > 0);
}
