/** "Break-glass": what on-call may lend itself. */
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import { againstByDenials, rulesCovering } from "./cells.ts";
import { isForeign, isIn } from "./people.ts";
import { isAmong } from "./places.ts";
import { againstReason, againstTicket } from "./reasons.ts";
import { againstHeld, againstItself } from "./separated.ts";
import { type Against, type Ask, type Law, LEAST, type World } from "./terms.ts";
import { againstNearEnd, againstPerson, againstTarget, cellsOf } from "./wishes.ts";

/** What is lent in an emergency: the longest, whom it is told, and what speaks against it. */
export interface Emergency {
  readonly seconds: number;
  readonly told: readonly string[];
  /** How many passes are named that end and may still work beside it: two of the same access are named once. */
  readonly beside: number;
  readonly against: Against;
}

/** Takes what on-call would lend itself; returns the longest it may be, what to tell and whom, and all that speaks against it. */
export function ruleOnGlass(law: Law, ask: Ask, world: World): Emergency {
  const again = ruleOnGlassAgain(law, ask, world);
  return { ...again, against: new Set([...again.against, ...againstReason(law, ask, world.timesSaid)]) };
}

/** What counts once more, right before it is made: all but the reason. */
export function ruleOnGlassAgain(law: Law, ask: Ask, world: World): Emergency {
  const { policy } = law;
  const glass = policy.breakGlass;
  const cells = cellsOf(ask, world);
  const isGlass = (cell: (typeof cells)[number]) =>
    glass?.rules.some(
      ({ cluster, namespaces, profiles }) =>
        cluster === ask.cluster && profiles.includes(ask.profile) && isAmong(namespaces, cell, false),
    ) === true;
  const seconds = Math.min(glass?.maxDuration ?? 0, policy.profiles[ask.profile]?.maxDuration ?? 0);
  const against = new Set<RefusalCode>([
    ...againstPerson(law, ask.by, world.now),
    ...againstBreaking(law, ask, world),
    ...againstNearEnd(law, { ...ask, startsAt: null }, world),
    ...againstTarget(law, ask, world),
    ...againstTicket(law, ask.ticket, false),
    ...againstHeld(law, ask, { ...world, held: world.held.filter(({ isEnding }) => !isEnding) }),
    ...againstItself(law, ask, world),
    ...(cells.every(isGlass) ? [] : (["noBreakGlass"] as const)),
    ...cells.flatMap((cell) => againstByDenials(law, cell)),
    ...(ask.seconds > seconds ? (["durationTooLong"] as const) : []),
    ...(ask.seconds < LEAST ? (["durationTooShort"] as const) : []),
  ]);
  const skipped = cells.flatMap((cell) => rulesCovering(law, cell).flatMap(({ approvers }) => approvers));
  const ending = world.held.filter(
    (pass) => pass.isEnding && againstHeld(law, ask, { ...world, held: [pass] }).length > 0,
  );
  return {
    seconds,
    against,
    beside: new Set(ending.map((pass) => JSON.stringify(pass))).size,
    told: [...new Set([...skipped, glass?.reviewers ?? ""])].sort(),
  };
}

/** Who breaks glass, and when they may not. */
function againstBreaking({ policy }: Law, { by, startsAt }: Ask, { now, reviewsDue }: World): readonly RefusalCode[] {
  return [
    ...(isIn(policy, policy.onCall, by) ? [] : (["noBreakGlass"] as const)),
    ...(isForeign(by) ? (["guestOrExternal", "noBreakGlass"] as const) : []),
    ...(reviewsDue.some((due) => due <= now) ? (["reviewOverdue"] as const) : []),
    ...(startsAt === null ? [] : (["startTooLate", "noBreakGlass"] as const)),
  ];
}
