/** "Who decides": what one more yes does to a request, and who may say no. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import type { Less } from "../../../src/workflows/request.ts";
import { againstAccount, areOneAccount } from "./accounts.ts";
import { againstDeciding, lastMoment } from "./people.ts";
import { areEnough } from "./quorum.ts";
import { againstHeld } from "./separated.ts";
import { type Against, type Ask, type Law, LEAST, type Posted, type World } from "./terms.ts";
import { againstLimits, ruleOnPlace } from "./wishes.ts";

/** How a yes was given: with which account, and whether in a form that says the risk once more. */
export interface How {
  readonly account: string;
  readonly stepped: boolean;
}

/** Somebody's yes, with their record as it is now: null where nothing is known of them any more. */
export interface Given extends How {
  readonly by: PersonRecord | null;
  readonly less: Less | null;
}

/** A request that waits, and the yes that is given. */
export interface Yes {
  readonly ask: Ask;
  readonly before: readonly Given[];
  readonly by: PersonRecord;
  readonly less: Less | null;
  readonly stepped: boolean;
  /** Each role with the hash of its rules as they were asked for. */
  readonly roles: ReadonlySet<string>;
  /** The groups that were asked to decide, and who was barred then, or at a yes since. */
  readonly posted: Posted;
  /** Whether the form was asked for when the card was made anew: when it was asked for, or at the last yes. */
  readonly formAsked: boolean;
}

/** What comes of a yes. */
export type Outcome =
  | { readonly against: Against }
  | {
      readonly waits: true;
      readonly people: readonly string[];
      readonly notSameCompany: boolean;
      readonly formAsked: boolean;
    }
  | {
      readonly notSameCompany: boolean;
      readonly end: number;
      readonly lent: Less;
      readonly people: readonly string[];
      readonly rules: readonly string[];
    };

/** Takes a yes; returns what comes of it, or all that speaks against it. */
export function ruleOnYes(law: Law, yes: Yes, world: World): Outcome {
  const { ask, by } = yes;
  const { now } = world;
  const earlier = earlierOf(yes);
  const others = yes.before.filter((given) => given.by?.person !== by.person);
  // What the card showed is what all yeses before left, also of those that do not count any more.
  const lent = left(ask, [...yes.before, yes]);
  const wish = { ...ask, ...wanted(lent) };
  const { demands, ...place } = ruleOnPlace(law, wish, world);
  const against = new Set([...place.against, ...againstAccount(law.policy, ask.by, yes.posted.account)]);
  const notSameCompany = demands.notSameCompany || yes.posted.notSameCompany;
  const both = { ...yes.posted, groups: demands.groups, notSameCompany };
  const counted = others.flatMap((given) =>
    given.by !== null && countsOf(law, given, { asker: ask.by.person, demands: both, stepUp: demands.stepUp, now })
      ? given.by
      : [],
  );
  const people = [...counted, by].map(({ person }) => person);
  const isEnough = areEnough(law.policy, demands, [...counted, by]);
  const all = new Set<RefusalCode>([
    ...(against.size > 0 ? (["askerNotAllowedAnyMore", ...against] as const) : []),
    ...againstSayer(law, yes, { demands: both, stepUp: demands.stepUp, isRefused: against.size > 0, isEnough, now }),
    ...nothingIn(lent),
    ...againstNarrowing(yes, now),
    ...againstRoles(law, yes, world),
    ...(demands.stepUp && !yes.stepped && (isEnough || earlier?.stepped !== true) ? (["stepUpNeeded"] as const) : []),
    ...(isEnough ? againstLimits(law, ask, world) : []),
    ...(isEnough ? againstHeld(law, wish, world) : []),
  ]);
  if (all.size > 0) return { against: all };
  if (!isEnough) return { waits: true, people, notSameCompany, formAsked: demands.stepUp };
  return { end: endOf(law, ask, lent, now), lent, people, rules: demands.rules, notSameCompany };
}

/** What they said yes to before, with the account that is theirs now. */
function earlierOf({ before, by }: Yes): Given | undefined {
  return before.find((given) => given.by?.person === by.person && areOneAccount(given.account, by.slackKey));
}

/** "A yes counts while …": takes an earlier one and what is needed now; returns whether it does. */
export function countsOf(
  { policy }: Law,
  { by, account, stepped }: Given,
  { stepUp, ...now }: Parameters<typeof againstDeciding>[2] & { readonly stepUp: boolean },
): boolean {
  if (by === null || !areOneAccount(by.slackKey, account) || (stepUp && !stepped)) return false;
  return againstDeciding(policy, by, now).size === 0;
}

/** "A no is judged in the same way": takes who says it; returns all that speaks against it. */
export function ruleOnNo(law: Law, no: Pick<Yes, "ask" | "before" | "by" | "roles" | "posted">, world: World): Against {
  const { ask, by, posted } = no;
  const { now } = world;
  const asker = ask.by.person;
  const whoStood = againstDeciding(law.policy, by, { asker, demands: posted, now });
  const wish = { ...ask, ...wanted(left(ask, no.before)) };
  const { demands, against } = ruleOnPlace(law, wish, world);
  const isTheirs = againstAccount(law.policy, ask.by, posted.account).length === 0;
  const isLent = isTheirs && against.size === 0 && againstRoles(law, no, world).length === 0;
  // "Where that policy would not lend what is asked for …": other groups, and it has to be asked anew.
  if (!isLent || demands.groups.join() !== posted.groups.join()) return whoStood;
  const notSameCompany = demands.notSameCompany || posted.notSameCompany;
  return againstDeciding(law.policy, by, { asker, demands: { ...posted, notSameCompany }, now });
}

interface Settled {
  readonly demands: Posted;
  readonly stepUp: boolean;
  readonly isRefused: boolean;
  readonly isEnough: boolean;
  readonly now: number;
}

/** "A request stays with the groups it was asked of": whoever says yes is in one of those, and the policy still names them. */
function againstSayer(
  { policy }: Law,
  yes: Yes,
  { demands, stepUp, isRefused, isEnough, now }: Settled,
): readonly RefusalCode[] {
  const { ask, by, posted } = yes;
  const asker = ask.by.person;
  // "A second yes of theirs changes nothing, unless the first does not count for want of the form, …"
  const earlier = earlierOf(yes);
  const mustAgain = earlier?.stepped === false && (stepUp || yes.formAsked);
  const hasSaid = earlier !== undefined && !mustAgain && !isEnough;
  const isSame = demands.groups.join() === posted.groups.join();
  return [
    ...(isSame ? [] : (["askerNotAllowedAnyMore"] as const)),
    ...againstDeciding(policy, by, { asker, demands: posted, now }),
    ...(isRefused ? [] : againstDeciding(policy, by, { asker, demands, now })),
    ...(hasSaid ? (["alreadySaidYes"] as const) : []),
  ];
}

/** "The end": start plus duration in whole seconds rounded down, at most the contract's end. */
export function endOf(law: Law, { by }: Ask, lent: Less, now: number): number {
  const whole = Math.max(now, lent.startsAt ?? now) + lent.durationSeconds * 1000;
  return Math.floor(Math.min(whole, lastMoment(law.policy, by)) / 1000) * 1000;
}

/** What was asked for is what is lent (promise P9): a role's rules are the same as they were. */
function againstRoles(
  { policy }: Law,
  { ask, roles }: Pick<Yes, "ask" | "roles">,
  { factsOf }: World,
): readonly RefusalCode[] {
  const role = policy.profiles[ask.profile]?.role ?? "";
  const hash = factsOf(ask.cluster)?.roles[role]?.hash;
  return roles.has(`${role} ${hash}`) ? [] : ["roleChanged"];
}

function wanted({ durationSeconds, namespaces, startsAt }: Less): Pick<Ask, "seconds" | "namespaces" | "startsAt"> {
  return { seconds: durationSeconds, namespaces, startsAt };
}

/** "With several yeses the narrowest counts". */
function left(ask: Ask, yeses: readonly Pick<Given, "less">[]): Less {
  const given = yeses.flatMap(({ less }) => less ?? []);
  const starts = [ask.startsAt, ...given.map(({ startsAt }) => startsAt)].filter((start) => start !== null);
  return {
    durationSeconds: Math.min(ask.seconds, ...given.map(({ durationSeconds }) => durationSeconds)),
    namespaces: [...new Set(ask.namespaces)]
      .sort()
      .filter((name) => given.every(({ namespaces }) => namespaces.includes(name))),
    startsAt: starts.length > 0 ? Math.max(...starts) : null,
  };
}

function nothingIn({ namespaces, durationSeconds }: Less): readonly RefusalCode[] {
  return namespaces.length === 0 || durationSeconds < LEAST ? ["nothingLeft"] : [];
}

/** "Approve for less": never the other way, and nothing that lasts beyond what was asked for. */
function againstNarrowing({ ask, less }: Yes, now: number): readonly RefusalCode[] {
  if (less === null) return [];
  const last = Math.max(now, ask.startsAt ?? now) + ask.seconds * 1000;
  const isNarrower =
    less.durationSeconds <= ask.seconds &&
    less.namespaces.every((name) => ask.namespaces.includes(name)) &&
    (ask.startsAt === null || (less.startsAt !== null && less.startsAt >= ask.startsAt)) &&
    Math.max(now, less.startsAt ?? now) + less.durationSeconds * 1000 <= last;
  return [...(isNarrower ? [] : (["notNarrower"] as const)), ...nothingIn(less)];
}
