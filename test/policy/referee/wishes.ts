/** What somebody may ask for, and what it needs. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import { type Rule, TIERS } from "../../../src/workflows/policy-schema.ts";
import type { ClusterFacts } from "../../../src/workflows/ports.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import { againstByDenials, type Cell, limitOf, ruleFor, rulesAround, tierOf } from "./cells.ts";
import { isForeign, isIn, isListed, lastMoment } from "./people.ts";
import { couldBeEnough } from "./quorum.ts";
import { againstReason, againstTicket } from "./reasons.ts";
import { againstHeld, againstItself } from "./separated.ts";
import { type Ask, type Demands, type Law, LEAST, type Ruling, type World } from "./terms.ts";

const FORTNIGHT = 14 * 86_400_000;

/** Takes what somebody asks for; returns what it needs and all that speaks against it. */
export function ruleOnAsking(law: Law, ask: Ask, world: World): Ruling {
  const { against, demands } = ruleOnPlace(law, ask, world);
  const all = [
    ...against,
    ...againstHeld(law, ask, world),
    ...againstReason(law, ask, world.timesSaid),
    ...againstLimits(law, ask, world),
    ...againstOpening(law, ask, world),
    ...againstFarStart(ask, world.now),
  ];
  return { demands, against: new Set(all) };
}

/** What counts at each click: all but the reason, what is held and waits, and how far off the start is. */
export function ruleOnPlace(law: Law, ask: Ask, world: World): Ruling {
  const cells = cellsOf(ask, world);
  const rules = cells.flatMap((cell) => ruleFor(law, cell) ?? []);
  const demands = together(law, { ask, rules, cells });
  const isOpen = demands.byItself || couldBeEnough(law.policy, demands, { asker: ask.by.person, now: world.now });
  const against = new Set<RefusalCode>([
    ...againstPerson(law, ask.by, world.now),
    ...againstNearEnd(law, ask, world),
    ...againstTarget(law, ask, world),
    ...cells.flatMap((cell) => againstCell(law, cell)),
    ...againstTicket(law, ask.ticket, demands.ticket),
    ...againstItself(law, ask, world),
    ...(ask.seconds < LEAST ? (["durationTooShort"] as const) : []),
    ...(ask.seconds > demands.seconds ? (["durationTooLong"] as const) : []),
    ...(rules.length > 0 && !isOpen ? (["notOffered"] as const) : []),
  ]);
  const groups = new Set(rules.map(({ approvers }) => [...new Set(approvers)].sort().join()));
  if (groups.size > 1) against.add("differentApprovers");
  return { demands, against };
}

function againstCell(law: Law, cell: Cell): readonly RefusalCode[] {
  const denials = againstByDenials(law, cell);
  if (denials.length > 0) return [...denials, ...(ruleFor(law, cell) === null ? ["notOffered" as const] : [])];
  if (ruleFor(law, cell) !== null) return [];
  return [rulesAround(law, cell).length > 0 ? "conditionNotMet" : "notOffered"];
}

/** What is asked for must be open, and its role one that the cluster has. */
export function againstTarget({ policy }: Law, ask: Ask, { factsOf }: World): readonly RefusalCode[] {
  const facts = factsOf(ask.cluster);
  const role = policy.profiles[ask.profile]?.role;
  const isNowhere = ask.namespaces.length === 0;
  return [
    ...(isNowhere ? (["unknownNamespace", "notOffered"] as const) : []),
    ...(facts === null ? (["clusterUnknown"] as const) : againstFacts(ask, role, facts)),
  ];
}

function againstFacts(ask: Ask, role: string | undefined, facts: ClusterFacts): readonly RefusalCode[] {
  return [
    ...(role === undefined ? (["notOffered"] as const) : []),
    ...(role === undefined || Object.hasOwn(facts.roles, role) ? [] : (["clusterUnknown", "notOffered"] as const)),
    ...ask.namespaces.flatMap((name) => {
      if (facts.namespaces.includes(name)) return [];
      return [facts.unread?.includes(name) === true ? ("namespaceUnread" as const) : ("unknownNamespace" as const)];
    }),
  ];
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
export function cellsOf(ask: Ask, world: World): readonly Cell[] {
  const { now, factsOf, outcomes } = world;
  const { by, cluster, profile, seconds } = ask;
  const begins = beginsIn(ask, world);
  const facts = factsOf(cluster);
  return [...new Set(ask.namespaces)].map((namespace) => ({
    ...{ by, cluster, namespace, profile, facts, outcomes, seconds, now, begins },
  }));
}

/** Takes whoever asks; returns what speaks against their having anything. */
export function againstPerson({ policy }: Law, by: PersonRecord, now: number): readonly RefusalCode[] {
  const isNobody = !isListed(policy, by.person);
  const isOver = lastMoment(policy, by) <= now;
  return [
    ...(isNobody ? (["unknownPerson"] as const) : []),
    ...(by.active ? [] : (["inactive"] as const)),
    ...(isNobody || !by.active || isOver ? (["nothingOnOffer", "notOffered"] as const) : []),
  ];
}

/** "The start": at most 14 days ahead when it is asked for, never in the past. */
function againstFarStart({ startsAt }: Ask, now: number): readonly RefusalCode[] {
  if (startsAt === null) return [];
  if (startsAt < now) return ["startTooSoon"];
  return startsAt > now + FORTNIGHT ? ["startTooLate"] : [];
}

/** "… and at least ten seconds before the contract's end". */
export function againstNearEnd({ policy }: Law, ask: Ask, world: World): readonly RefusalCode[] {
  const isNear = beginsIn(ask, world) > lastMoment(policy, ask.by) - LEAST * 1000;
  return isNear ? ["startTooLate", "notOffered", "nothingLeft"] : [];
}

function beginsIn({ startsAt }: Ask, { now, begins }: World): number {
  return begins ?? Math.max(now, startsAt ?? now);
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
  // "What another account asked for under the same id before counts for neither."
  const own = open.filter(({ isLeftBehind }) => isLeftBehind !== true);
  return [
    ...(own.length >= policy.limits.openPerPerson ? (["tooManyOpen"] as const) : []),
    ...(own.some(isSame) ? (["alreadyOpen"] as const) : []),
  ];
}
