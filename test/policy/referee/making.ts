/** "When it is judged": once more, right before anything is made. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import type { ApprovedRequest } from "../../../src/workflows/request.ts";
import { ruleOnGlassAgain } from "./glass.ts";
import { againstDeciding, lastMoment } from "./people.ts";
import { areEnough } from "./quorum.ts";
import { againstHeld } from "./separated.ts";
import type { Against, Ask, Law, Posted, World } from "./terms.ts";
import { ruleOnPlace } from "./wishes.ts";

/** What was decided, and the records of those who said yes as they are now. */
export interface Decided {
  readonly ask: Ask;
  readonly request: Pick<ApprovedRequest, "lent" | "end" | "leave" | "approvers">;
  readonly sayers: readonly PersonRecord[];
  /** Who was barred when it was asked for, or at a yes since. */
  readonly posted: Pick<Posted, "notSameCompany" | "barred">;
}

/** Takes what was decided; returns all that speaks against making it now. */
export function ruleOnMaking(law: Law, { ask, request, sayers, posted }: Decided, world: World): Against {
  const { lent, end, leave, approvers } = request;
  const wanted = { ...ask, seconds: lent.durationSeconds, namespaces: lent.namespaces, startsAt: null };
  const isPast = end > lastMoment(law.policy, ask.by);
  const late = isPast ? (["nothingLeft"] as const) : [];
  if (leave === "breakGlass") return new Set([...ruleOnGlassAgain(law, wanted, world).against, ...late]);
  const { demands, against } = ruleOnPlace(law, wanted, world);
  const notSameCompany = demands.notSameCompany || posted.notSameCompany;
  const bar = { groups: demands.groups, notSameCompany, barred: posted.barred };
  const stillMay = (by: PersonRecord) =>
    againstDeciding(law.policy, by, { asker: ask.by.person, demands: bar, now: world.now }).size === 0;
  const isEnough = leave === "policy" ? demands.byItself : areEnough(law.policy, demands, sayers.filter(stillMay));
  return new Set<RefusalCode>([
    ...against,
    ...late,
    ...againstHeld(law, wanted, world),
    ...(demands.groups.join() === approvers.join() ? [] : (["askerNotAllowedAnyMore"] as const)),
    ...(isEnough ? [] : (["notApprover"] as const)),
  ]);
}
