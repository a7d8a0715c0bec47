/** "Break-glass": what on-call may lend itself. */
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import { denialsOf, rulesCovering, tierOf } from "./cells.ts";
import { isForeign, isIn } from "./people.ts";
import { isAmong } from "./places.ts";
import { againstReason, againstTicket } from "./reasons.ts";
import { isSeparated } from "./separated.ts";
import { type Ask, type Law, LEAST, type World } from "./terms.ts";
import { againstPerson, againstStart, cellsOf } from "./wishes.ts";

/** What is lent in an emergency: the longest, and whom it is told. */
export interface Emergency {
  readonly seconds: number;
  readonly told: readonly string[];
  readonly tiers: readonly string[];
}

/** Takes what on-call would lend itself; returns all that speaks against it, or the longest it may be and whom to tell. */
export function ruleOnGlass(
  law: Law,
  ask: Ask,
  world: World,
): Emergency | { readonly against: ReadonlySet<RefusalCode> } {
  const { policy } = law;
  const glass = policy.breakGlass;
  const against = new Set<RefusalCode>(againstPerson(law, ask.by, world.now));
  if (!isIn(policy, policy.onCall, ask.by)) against.add("noBreakGlass");
  if (isForeign(ask.by)) against.add("guestOrExternal").add("noBreakGlass");
  if (world.reviewsDue.some((due) => due < world.now)) against.add("reviewOverdue");
  if (ask.startsAt !== null) against.add("startTooLate").add("noBreakGlass");
  for (const code of againstStart(law, { ...ask, startsAt: null }, world.now, "asking")) against.add(code);
  for (const code of againstReason(law, ask, world.timesSaid)) against.add(code);
  for (const code of againstTicket(law, ask.ticket, false)) against.add(code);
  if (isSeparated(law, ask, world)) against.add("separated");

  const facts = world.factsOf(ask.cluster);
  const profile = policy.profiles[ask.profile];
  if (facts === null || !Object.hasOwn(facts.roles, profile?.role ?? ""))
    against.add("clusterUnknown").add("noBreakGlass");
  if (ask.namespaces.length === 0) against.add("unknownNamespace");
  const cells = cellsOf(ask, world);
  for (const cell of cells) {
    const isGlass = glass?.rules.some(
      ({ cluster, namespaces, profiles }) =>
        cluster === ask.cluster && profiles.includes(ask.profile) && isAmong(namespaces, cell, false),
    );
    if (isGlass !== true) against.add("noBreakGlass");
    if (facts !== null && !facts.namespaces.includes(cell.namespace)) against.add("unknownNamespace");
    if (denialsOf(law, cell).length > 0) against.add("denied");
  }
  const seconds = Math.min(glass?.maxDuration ?? 0, profile?.maxDuration ?? 0);
  if (ask.seconds > seconds) against.add("durationTooLong");
  if (ask.seconds < LEAST) against.add("durationTooShort");
  if (against.size > 0 || glass === undefined) return { against };
  const skipped = cells.flatMap((cell) => rulesCovering(law, cell).flatMap(({ approvers }) => approvers));
  return {
    seconds,
    told: [...new Set([...skipped, glass.reviewers])].sort(),
    tiers: cells.map((cell) => tierOf(law, cell)),
  };
}
