/** What a request needs by the policy of now: the same for the form that is shown and for the yes that is given. */
import { lookAround, type Surroundings } from "./around.ts";
import type { Desk } from "./desk.ts";
import { whyNotLend } from "./judge.ts";
import { leftOf, narrowest } from "./less.ts";
import type { Millis, PersonRecord } from "./person.ts";
import type { PolicyInForce } from "./ports.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Asked, Less, Needs } from "./request.ts";
import { highest } from "./risk.ts";
import type { Around } from "./wish.ts";

/** What would be lent of a request, to whom, and what is known around it. */
export interface Lending {
  readonly asker: PersonRecord;
  readonly request: Asked;
  readonly lent: Less;
  readonly around: Around;
  readonly now: Millis;
}

/**
 * Takes the policy in force and what would be lent; returns what that needs by the policy of now, the strictest of all its
 * targets together, or why it may not be lent.
 */
export function judgeLending(force: PolicyInForce, { asker, request, lent, around, now }: Lending): Needs | Refusal {
  const wanted = { ...request, durationSeconds: lent.durationSeconds, startsAt: lent.startsAt };
  const answers = leftOf(request, lent).map((target) => whyNotLend(force, asker, wanted, target, around, now));
  const [first, ...others] = answers.flatMap((answer) => (isRefusal(answer) ? [] : answer));
  if (first === undefined || others.length + 1 < answers.length)
    return answers.find(isRefusal) ?? refuse("nothingLeft");
  return heldTo(request, others.reduce(strictest, first));
}

/**
 * Takes a request and what it needs by the policy of now; returns that with the bar on the asker's company that stood when
 * it was asked for, or at a yes since: no laxer policy lifts it.
 */
export function heldTo({ needs }: Pick<Asked, "needs">, now: Needs): Needs {
  return { ...now, notSameCompany: now.notSameCompany || needs.notSameCompany };
}

/**
 * Takes the ports, the policy in force, and what would be lent of a request that waits; looks around, and returns what was
 * found with what a yes needs now, or why it may not be lent. Limits and separation count with the last yes alone: what
 * is held may be over by then.
 */
export async function judgeWaiting(
  ports: Pick<Desk, "store" | "facts">,
  force: PolicyInForce,
  { request, now, ...wanted }: Omit<Lending, "around">,
): Promise<{ readonly found: Surroundings; readonly demands: Needs | Refusal }> {
  const clusters = request.targets.map(({ cluster }) => cluster);
  const place = {
    policy: force.policy,
    asker: request.asker,
    request: request.id,
    clusters,
    said: null,
    isDecided: false,
    now,
  };
  const found = await lookAround(ports, place);
  const around = { ...found.around, held: [], companyPasses: 0 };
  return { found, demands: judgeLending(force, { ...wanted, request, around, now }) };
}

/**
 * Takes the ports, the policy in force, a request that waits with its asker's record, what one more yes would leave of it
 * (null: all), and the time; returns what deciding it needs now. Where it would not be lent now, that is what it was asked
 * for with: somebody may still say no to it.
 */
export async function needsToDecide(
  ports: Pick<Desk, "store" | "facts">,
  force: PolicyInForce,
  { asker, request, less, now }: Pick<Lending, "asker" | "request" | "now"> & { readonly less: Less | null },
): Promise<Needs> {
  const lent = narrowest(request, [...request.yeses, { less }]);
  const { demands } = await judgeWaiting(ports, force, { asker, request, lent, now });
  return isRefusal(demands) ? request.needs : demands;
}

function strictest(one: Needs, other: Needs): Needs {
  return {
    quorum: Math.max(one.quorum, other.quorum),
    differentGroups: one.differentGroups || other.differentGroups,
    notSameCompany: one.notSameCompany || other.notSameCompany,
    stepUp: one.stepUp || other.stepUp,
    maxSeconds: Math.min(one.maxSeconds, other.maxSeconds),
    tier: highest([one.tier, other.tier]),
    why: [...new Set([...one.why, ...other.why])],
    rules: [...new Set([...one.rules, ...other.rules])].sort(),
  };
}
