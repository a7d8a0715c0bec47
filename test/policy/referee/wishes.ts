/** What somebody may ask for, and what it needs. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import { type Rule, TIERS } from "../../../src/workflows/policy-schema.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import { type Cell, denialsOf, limitOf, ruleFor, rulesAround, tierOf } from "./cells.ts";
import { isForeign, isIn, isListed, lastMoment } from "./people.ts";
import { couldBeEnough } from "./quorum.ts";
import { againstReason, againstTicket } from "./reasons.ts";
import { isSeparated } from "./separated.ts";
import { type Ask, type Demands, type Law, LEAST, type Ruling, type World } from "./terms.ts";

const FORTNIGHT = 14 * 86_400_000;

/** When something is judged: as it is asked for, at a yes that is not the last, or as it is lent. */
export type Moment = "asking" | "between" | "lending";

/** Takes what somebody asks for; returns what it needs, or all that speaks against it. */
export function ruleOnAsking(law: Law, ask: Ask, world: World): Ruling {
  const place = ruleOnPlace(law, ask, world, "asking");
  const against = new Set<RefusalCode>("against" in place ? place.against : []);
  for (const code of againstReason(law, ask, world.timesSaid)) against.add(code);
  for (const code of againstLimits(law, ask, world)) against.add(code);
  for (const code of againstOpening(law, ask, world)) against.add(code);
  const isNeeded = "demands" in place && place.demands.ticket;
  for (const code of againstTicket(law, ask.ticket, isNeeded)) against.add(code);
  return against.size > 0 || "against" in place ? { against } : place;
}

/** The same without what counts at asking alone: reason, ticket's shape, how much waits. */
export function ruleOnPlace(law: Law, ask: Ask, world: World, moment: Moment): Ruling {
  const against = new Set<RefusalCode>(againstPerson(law, ask.by, world.now));
  const facts = world.factsOf(ask.cluster);
  const role = law.policy.profiles[ask.profile]?.role;
  if (facts === null) against.add("clusterUnknown");
  if (role === undefined || (facts !== null && !Object.hasOwn(facts.roles, role))) {
    against.add("clusterUnknown").add("notOffered");
  }
  if (ask.namespaces.length === 0) against.add("unknownNamespace");
  for (const name of ask.namespaces)
    if (facts !== null && !facts.namespaces.includes(name)) against.add("unknownNamespace");
  if (isSeparated(law, ask, world)) against.add("separated");
  for (const code of againstStart(law, ask, world.now, moment)) against.add(code);
  const cells = cellsOf(ask, world);
  const rules: Rule[] = [];
  for (const cell of cells) {
    if (denialsOf(law, cell).length > 0) against.add("denied");
    const rule = ruleFor(law, cell);
    if (rule !== null) rules.push(rule);
    else against.add(rulesAround(law, cell).length > 0 ? "conditionNotMet" : "notOffered");
  }
  if (new Set(rules.map(({ approvers }) => [...new Set(approvers)].sort().join())).size > 1) {
    against.add("differentApprovers");
  }
  const demands = together(law, { ask, rules, cells });
  if (ask.seconds < LEAST) against.add("durationTooShort");
  if (ask.seconds > demands.seconds) against.add("durationTooLong");
  const isOpen = demands.byItself || couldBeEnough(law.policy, demands, { asker: ask.by.person, now: world.now });
  if (rules.length > 0 && !isOpen) against.add("notOffered");
  return against.size > 0 ? { against } : { demands };
}

/** "Requests for several namespaces" and "Risk": what the deciding rules and the tier ask for together. */
function together(
  { policy, ...law }: Law,
  { ask, rules, cells }: { ask: Ask; rules: readonly Rule[]; cells: readonly Cell[] },
): Demands {
  const whole = { policy, ...law };
  const tiers = cells.map((cell) => tierOf(whole, cell));
  const tier = [...TIERS].reverse().find((one) => tiers.includes(one)) ?? "low";
  const more = policy.risk.tiers[tier];
  const limits = rules.map((rule) => limitOf(whole, rule, ask.profile));
  const isTrusted = isIn(policy, policy.onCall, ask.by) && !isForeign(ask.by);
  return {
    tier,
    quorum: Math.max(1, more?.quorum ?? 1, ...rules.map(({ quorum }) => quorum)),
    seconds: Math.min(more?.maxDuration ?? Infinity, ...limits),
    differentGroups: rules.some(({ differentGroups }) => differentGroups),
    notSameCompany: rules.some(({ notSameCompany }) => notSameCompany),
    ticket: more?.ticket === true || rules.some(({ ticket }) => ticket),
    stepUp: more?.stepUp === true,
    rules: [...new Set(rules.map(({ name }) => name))].sort(),
    groups: [...new Set(rules.flatMap(({ approvers }) => approvers))].sort(),
    byItself: rules.every(({ autoApprove }) => autoApprove) && isTrusted && tier === "low",
  };
}

/** Each namespace asked for, once. */
export function cellsOf(ask: Ask, { now, factsOf, outcomes }: World): readonly Cell[] {
  const { by, cluster, profile, seconds, startsAt } = ask;
  const facts = factsOf(cluster);
  const begins = Math.max(now, startsAt ?? now);
  return [...new Set(ask.namespaces)].map((namespace) => ({
    ...{ by, cluster, namespace, profile, facts, outcomes, seconds, now, begins },
  }));
}

/** Takes whoever asks; returns what speaks against their having anything. */
export function againstPerson({ policy }: Law, by: PersonRecord, now: number): readonly RefusalCode[] {
  if (!isListed(policy, by.person)) return ["unknownPerson", "nothingOnOffer", "notOffered"];
  if (!by.active) return ["inactive", "nothingOnOffer", "notOffered"];
  return lastMoment(policy, by) <= now ? ["nothingOnOffer", "notOffered"] : [];
}

/** "The start": at most 14 days ahead when it is asked for, never in the past, ten seconds before the contract's end. */
export function againstStart(
  { policy }: Law,
  { by, startsAt }: Ask,
  now: number,
  moment: Moment,
): readonly RefusalCode[] {
  const against: RefusalCode[] = [];
  if (moment === "asking" && startsAt !== null && startsAt < now) against.push("startTooSoon");
  if (moment === "asking" && startsAt !== null && startsAt > now + FORTNIGHT) against.push("startTooLate");
  if (Math.max(now, startsAt ?? now) > lastMoment(policy, by) - LEAST * 1000)
    against.push("startTooLate", "notOffered");
  return against;
}

/** Takes who asks; returns which limits of passes are reached. */
export function againstLimits({ policy }: Law, { by }: Ask, { held, companyPasses }: World): readonly RefusalCode[] {
  const company = policy.companies[policy.people[by.person]?.company ?? ""];
  return [
    ...(held.length >= policy.limits.passesPerPerson ? (["tooManyPasses"] as const) : []),
    ...(companyPasses >= (company?.maxPasses ?? Infinity) ? (["companyFull"] as const) : []),
  ];
}

/** Takes what somebody asks for; returns which limits of what waits are reached. */
function againstOpening({ policy }: Law, ask: Ask, { open }: World): readonly RefusalCode[] {
  const isSame = ({ cluster, profile, namespaces }: (typeof open)[number]) =>
    cluster === ask.cluster && profile === ask.profile && namespaces.some((name) => ask.namespaces.includes(name));
  return [
    ...(open.length >= policy.limits.openPerPerson ? (["tooManyOpen"] as const) : []),
    ...(open.some(isSame) ? (["alreadyOpen"] as const) : []),
  ];
}
