/** Turns that a question takes by chance too seldom: accounts that move, and yeses that have to be given once more. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { Random } from "../../fakes/random.ts";
import { isOne } from "./any-law.ts";

/** Takes a policy; returns it with the form asked for at each tier, or at none. */
export function withOtherTiers(policy: PolicyShape, stepUp: boolean): PolicyShape {
  const { low, medium, high } = policy.risk.tiers;
  const none = { low: undefined, medium: undefined, high: undefined };
  const tiers = { ...none, low: { ...low, stepUp }, medium: { ...medium, stepUp }, high: { ...high, stepUp } };
  return { ...policy, risk: { ...policy.risk, tiers } as PolicyShape["risk"] };
}

/** Takes a policy; returns it where two people have each other's account, or one has a new one, or one's account is listed under another's id. */
export function withOtherAccounts(random: Random, policy: PolicyShape): PolicyShape {
  const ids = Object.keys(policy.people);
  const [one, other] = [random.pick(ids), random.pick(ids)];
  const { [one]: first, [other]: second, ...rest } = policy.people;
  if (first === undefined || second === undefined) return policy;
  const anew = { ...first, slack: "T0HOME/U0ANEW" };
  if (isOne(random, 3) || one === other) return { ...policy, people: { ...policy.people, [one]: anew } };
  const [swapped, moved] = [
    { ...first, slack: second.slack },
    { ...second, slack: first.slack },
  ];
  const people = isOne(random, 2) ? { ...rest, [one]: swapped, [other]: moved } : { ...rest, [other]: moved };
  return { ...policy, people };
}

/** As much of a click as makes it one. */
interface Turn {
  readonly by: PersonRecord;
  readonly verdict: "approve" | "deny";
  readonly stepped: boolean;
  readonly policy: PolicyShape | null;
}

/** Takes clicks; at times makes them a bare yes, one more where the form is asked for, and one of them once more, at times where it is asked for no more. */
export function onceMore<Click extends Turn>(
  random: Random,
  policy: PolicyShape,
  clicks: readonly Click[],
): readonly Click[] {
  const [first, second, third] = clicks;
  if (first === undefined || second === undefined || third === undefined || !isOne(random, 6)) return clicks;
  return [
    { ...first, verdict: "approve", stepped: false, policy: null },
    { ...second, verdict: "approve", stepped: true, policy: withOtherTiers(policy, true) },
    {
      ...{ ...third, by: isOne(random, 4) ? second.by : first.by, verdict: "approve", stepped: !isOne(random, 4) },
      policy: isOne(random, 4) ? withOtherTiers(policy, false) : null,
    },
    ...clicks.slice(3),
  ];
}
