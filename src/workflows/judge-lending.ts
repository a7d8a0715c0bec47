import { whyNotLend } from "./judge.ts";
import { leftOf } from "./less.ts";
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
  return others.reduce(strictest, first);
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
