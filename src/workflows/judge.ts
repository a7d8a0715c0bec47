import { parseDuration, sayDuration } from "./duration.ts";
import type { Grant } from "./grant.ts";
import type { Millis, PersonId, PersonRecord } from "./person.ts";
import { contractEnd, isIn, isNamed, own, type Policy } from "./policy.ts";
import type { ClusterFacts } from "./ports.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Request, Target } from "./request.ts";

/** Shorter than this a grant would end before anybody could use it. */
const SHORTEST_SECONDS = 10;
const REASON_LENGTH = { least: 10, most: 500 };

/** One thing a person may ask for. */
export interface OfferedPass {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
  readonly words: string;
  readonly can: string;
  readonly cannot: string;
  readonly maxDurationSeconds: number;
  /** The group that decides. */
  readonly approvers: string;
}

/**
 * Takes the policy, a person's id and the time; returns all that the person may ask for: nothing for somebody no rule
 * names or whose contract is over.
 */
export function offer(policy: Policy, person: PersonId, now: Millis): readonly OfferedPass[] {
  if (!Object.hasOwn(policy.people, person) || (contractEnd(policy, person) ?? Infinity) <= now) return [];
  return policy.rules
    .filter((rule) => isNamed(policy, person, rule) && canBeDecided(policy, rule.approvers, person))
    .flatMap((rule) =>
      rule.profiles.flatMap((name) => {
        const profile = own(policy.profiles, name);
        if (profile === undefined) return [];
        return {
          cluster: rule.cluster,
          namespaces: rule.namespaces,
          profile: name,
          words: profile.words,
          can: profile.can,
          cannot: profile.cannot,
          maxDurationSeconds: Math.min(rule.maxDuration ?? Infinity, profile.maxDuration),
          approvers: rule.approvers,
        };
      }),
    );
}

/** An empty approver set means nobody, and nobody decides their own: what no one could say yes to is not on offer. */
function canBeDecided(policy: Policy, group: string, asker: PersonId): boolean {
  return own(policy.groups, group)?.people.some((person) => person !== asker) === true;
}

/** What somebody asked for, as they put it. */
export interface Wish {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
  readonly duration: string;
  readonly reason: string;
}

/** A wish the policy allows. */
export interface Allowed {
  readonly target: Target;
  readonly durationSeconds: number;
  readonly reason: string;
  readonly approvers: string;
  readonly channel: string;
}

/**
 * Takes the policy, who asks for what, what is known of the cluster, and the time; returns what to record, or every
 * fault with the field it belongs to.
 */
export function judgeWish(
  policy: Policy,
  person: PersonId,
  wish: Wish,
  facts: ClusterFacts | null,
  now: Millis,
): Allowed | readonly Refusal[] {
  const passes = offer(policy, person, now);
  if (passes.length === 0) return [refuse("nothingOnOffer")];
  const inCluster = passes.filter((pass) => pass.cluster === wish.cluster);
  if (inCluster.length === 0) return [refuse("notOffered", { field: "cluster", detail: wish.cluster })];
  const ofProfile = inCluster.filter((pass) => pass.profile === wish.profile);
  const profile = own(policy.profiles, wish.profile);
  if (ofProfile.length === 0 || profile === undefined) {
    return [refuse("notOffered", { field: "profile", detail: wish.profile })];
  }
  const role = facts?.roles[profile.role];
  if (facts === null || role === undefined)
    return [refuse("clusterUnknown", { field: "cluster", detail: wish.cluster })];

  const place = judgePlace(ofProfile, wish.namespaces, facts);
  const most = "faults" in place ? Math.max(...ofProfile.map((pass) => pass.maxDurationSeconds)) : place.most;
  const duration = judgeDuration(wish.duration, most, (contractEnd(policy, person) ?? Infinity) - now);
  const reason = judgeReason(wish.reason);
  const faults = [
    ...("faults" in place ? place.faults : []),
    ...[duration, reason].filter((one) => typeof one === "object"),
  ];
  if ("faults" in place || typeof duration === "object" || typeof reason === "object") return faults;
  return {
    target: {
      cluster: wish.cluster,
      namespaces: place.namespaces,
      profile: wish.profile,
      role: profile.role,
      roleHash: role.hash,
    },
    durationSeconds: duration,
    reason,
    approvers: place.approvers,
    channel: own(policy.groups, place.approvers)?.channel ?? "",
  };
}

type Place = { readonly namespaces: readonly string[]; readonly approvers: string; readonly most: number };

function judgePlace(
  passes: readonly OfferedPass[],
  wished: readonly string[],
  facts: ClusterFacts,
): Place | { readonly faults: readonly Refusal[] } {
  const namespaces = [...new Set(wished)].sort();
  const field = "namespaces";
  if (namespaces.length === 0) return { faults: [refuse("notOffered", { field, detail: "" })] };
  const faults = namespaces.flatMap((name) => {
    if (!passes.some((pass) => pass.namespaces.includes(name))) return refuse("notOffered", { field, detail: name });
    return facts.namespaces.includes(name) ? [] : refuse("unknownNamespace", { field, detail: name });
  });
  if (faults.length > 0) return { faults };
  const groups = [...new Set(passes.map((pass) => pass.approvers))];
  const places = groups.map((approvers) => ({ namespaces, approvers, most: longest(passes, namespaces, approvers) }));
  const best = places.toSorted((a, b) => b.most - a.most)[0];
  return best !== undefined && best.most > 0
    ? best
    : { faults: [refuse("differentApprovers", { field, detail: namespaces.join(", ") })] };
}

/** The most seconds that these approvers may lend all these namespaces together: 0 where they may not. */
function longest(passes: readonly OfferedPass[], namespaces: readonly string[], approvers: string): number {
  const theirs = passes.filter((pass) => pass.approvers === approvers);
  const each = namespaces.map((name) =>
    Math.max(0, ...theirs.filter((pass) => pass.namespaces.includes(name)).map((pass) => pass.maxDurationSeconds)),
  );
  return Math.min(...each);
}

function judgeDuration(text: string, mostSeconds: number, contractMs: number): number | Refusal {
  const seconds = parseDuration(text);
  const most = Math.min(mostSeconds, Math.floor(contractMs / 1000));
  if (seconds === null) return refuse("durationUnreadable", { field: "duration", detail: text.slice(0, 40) });
  if (seconds < SHORTEST_SECONDS) {
    return refuse("durationTooShort", { field: "duration", detail: sayDuration(SHORTEST_SECONDS) });
  }
  return seconds > most ? refuse("durationTooLong", { field: "duration", detail: sayDuration(most) }) : seconds;
}

function judgeReason(text: string): string | Refusal {
  const reason = text.trim();
  if (reason.length < REASON_LENGTH.least) {
    return refuse("reasonTooShort", { field: "reason", detail: String(REASON_LENGTH.least) });
  }
  if (reason.length > REASON_LENGTH.most) {
    return refuse("reasonTooLong", { field: "reason", detail: String(REASON_LENGTH.most) });
  }
  return reason;
}

/** More than this between two clocks, and an end written by one is not the other's. */
const MOST_SKEW_MS = 5_000;

/** Takes what is known of a cluster; returns why its clock forbids to grant, as a sentence without its full stop, or null. */
export function whySkewed(facts: Pick<ClusterFacts, "cluster" | "skewMs"> | null): string | null {
  if (facts === null || Math.abs(facts.skewMs) <= MOST_SKEW_MS) return null;
  const by = `${Math.round(Math.abs(facts.skewMs) / 1000)} s`;
  return `the clock of ${facts.cluster} is ${by} ${facts.skewMs > 0 ? "ahead of" : "behind"} ours: mend whichever is wrong`;
}

/**
 * Takes the policy, the clicker's record and the request; returns why they may not decide it, or null when they may.
 * Asked at every click and submit, never at the posting (promise P6).
 */
export function whyNotDecide(policy: Policy, by: PersonRecord, request: Request): Refusal | null {
  if (!by.active) return refuse("inactive");
  if (by.person === request.asker) return refuse("ownRequest");
  if (by.guest || by.external) return refuse("guestOrExternal");
  return isIn(policy, by.person, request.approvers) ? null : refuse("notApprover", { detail: request.approvers });
}

/**
 * Takes the policy, the asker's record, their request, one target of it, and the time; returns why that may not be lent,
 * or null: it must still be on offer, for that long, and still be for the asked group to decide.
 */
export function whyNotLend(
  policy: Policy,
  asker: PersonRecord,
  request: Pick<Request, "approvers" | "durationSeconds">,
  target: Target,
  now: Millis,
): Refusal | null {
  if (!asker.active) return refuse("askerNotAllowedAnyMore");
  const passes = offer(policy, asker.person, now).filter(
    (pass) =>
      pass.cluster === target.cluster &&
      pass.profile === target.profile &&
      own(policy.profiles, pass.profile)?.role === target.role,
  );
  const most = longest(passes, target.namespaces, request.approvers);
  return most >= request.durationSeconds ? null : refuse("askerNotAllowedAnyMore");
}

/**
 * Takes the policy (null while it cannot be read), a record and a grant; returns how this person would end it, or null
 * when they may not: the grantee their own, who approved it, and on-call any.
 */
export function howMayEnd(policy: Policy | null, by: PersonRecord, grant: Grant): "released" | "revoked" | null {
  if (!by.active) return null;
  if (by.person === grant.grantee) return "released";
  if (by.guest || by.external) return null;
  if (grant.decidedBy.people.includes(by.person)) return "revoked";
  return policy !== null && isIn(policy, by.person, policy.onCall) ? "revoked" : null;
}
