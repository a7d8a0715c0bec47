/** "When it is judged": once more, right before anything is made. */
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import type { ApprovedRequest } from "../../../src/workflows/request.ts";
import { againstAccount, isTheirAccount } from "./accounts.ts";
import { ruleOnGlassAgain } from "./glass.ts";
import { isAskedOfAll, isListed, lastMoment } from "./people.ts";
import { areEnough } from "./quorum.ts";
import { againstHeld } from "./separated.ts";
import type { Against, Ask, Law, Posted, World } from "./terms.ts";
import { ruleOnPlace } from "./wishes.ts";
import { countsOf, type Given } from "./yeses.ts";

/** What was decided, and the yeses with the records of those who gave them as they are now. */
export interface Decided {
  readonly ask: Ask;
  readonly request: Pick<ApprovedRequest, "lent" | "end" | "leave" | "approvers">;
  readonly sayers: readonly Given[];
  /** Who was barred when it was asked for, or at a yes since. */
  readonly posted: Pick<Posted, "notSameCompany" | "barred" | "barredAccounts" | "account">;
}

/**
 * "Until the bot has read from Slack the accounts that the policy links", and "until the bot has asked about all that the
 * policy names by then": takes what was decided; returns whether it waits.
 */
export function mustWait({ policy }: Law, { ask, sayers }: Decided): boolean {
  const people = [ask.by, ...sayers.flatMap(({ by }) => by ?? [])];
  return people.some((by) => isListed(policy, by.person) && !(isTheirAccount(policy, by) && isAskedOfAll(policy, by)));
}

/** Takes what was decided; returns all that speaks against making it now. */
export function ruleOnMaking(law: Law, { ask, request, sayers, posted }: Decided, world: World): Against {
  const { lent, end, leave, approvers } = request;
  const wanted = { ...ask, seconds: lent.durationSeconds, namespaces: lent.namespaces, startsAt: null };
  const isPast = end > lastMoment(law.policy, ask.by);
  const late = [...(isPast ? (["nothingLeft"] as const) : []), ...againstAccount(law.policy, ask.by, posted.account)];
  if (leave === "breakGlass") return new Set([...ruleOnGlassAgain(law, wanted, world).against, ...late]);
  const { demands, against } = ruleOnPlace(law, wanted, world);
  const notSameCompany = demands.notSameCompany || posted.notSameCompany;
  const bar = { ...posted, groups: demands.groups, notSameCompany };
  const moment = { asker: ask.by.person, demands: bar, stepUp: demands.stepUp, now: world.now };
  const counted = sayers.flatMap((given) => (given.by !== null && countsOf(law, given, moment) ? given.by : []));
  const isEnough = leave === "policy" ? demands.byItself : areEnough(law.policy, demands, counted);
  return new Set<RefusalCode>([
    ...against,
    ...late,
    ...againstHeld(law, wanted, world),
    ...(demands.groups.join() === approvers.join() ? [] : (["askerNotAllowedAnyMore"] as const)),
    ...(isEnough ? [] : (["notApprover"] as const)),
  ]);
}
