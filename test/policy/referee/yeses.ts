/** "Who decides": what one more yes does to a request. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import type { Less } from "../../../src/workflows/request.ts";
import { againstDeciding, lastMoment } from "./people.ts";
import { areEnough } from "./quorum.ts";
import { type Against, type Ask, type Law, LEAST, type World } from "./terms.ts";
import { againstLimits, ruleOnPlace } from "./wishes.ts";

/** Somebody's yes, with their record as it is now: null where nothing is known of them any more. */
export interface Given {
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
}

/** What comes of a yes. */
export type Outcome =
  | { readonly against: Against }
  | { readonly waits: true; readonly people: readonly string[] }
  | {
      readonly end: number;
      readonly lent: Less;
      readonly people: readonly string[];
      readonly rules: readonly string[];
    };

/** Takes a yes; returns what comes of it, or all that speaks against it. */
export function ruleOnYes(law: Law, yes: Yes, world: World): Outcome {
  const { ask, by, before, stepped } = yes;
  const { now } = world;
  const against = new Set<RefusalCode>([...againstNarrowing(yes, now), ...againstRoles(law, yes, world)]);
  // What is left is judged with those whose yes counts, and who they are hangs on what is needed: from all to fewer.
  for (let counted = before; ; ) {
    const lent = left(ask, [...counted, yes]);
    const place = ruleOnPlace(law, { ...ask, ...wanted(lent) }, world, "between");
    if ("against" in place) {
      for (const code of place.against) against.add(code).add("askerNotAllowedAnyMore");
      for (const code of nothingIn(lent)) against.add(code);
      return { against };
    }
    const { demands } = place;
    const mayDecide = (person: PersonRecord) =>
      againstDeciding(law.policy, person, { asker: ask.by.person, demands, now });
    const still = counted.filter((given) => given.by !== null && mayDecide(given.by).size === 0);
    if (still.length < counted.length) {
      counted = still;
      continue;
    }
    for (const code of mayDecide(by)) against.add(code);
    for (const code of nothingIn(lent)) against.add(code);
    if (counted.some((given) => given.by?.person === by.person)) against.add("alreadySaidYes");
    if (demands.stepUp && !stepped) against.add("stepUpNeeded");
    const sayers = [...counted.flatMap((given) => given.by ?? []), by];
    const people = sayers.map(({ person }) => person);
    if (!areEnough(law.policy, demands, sayers)) return against.size > 0 ? { against } : { waits: true, people };
    for (const code of againstLimits(law, ask, world)) against.add(code);
    return against.size > 0 ? { against } : { end: endOf(law, ask, lent, now), lent, people, rules: demands.rules };
  }
}

/** "The end": start plus duration in whole seconds rounded down, at most the contract's end. */
export function endOf(law: Law, { by }: Ask, lent: Less, now: number): number {
  const whole = Math.max(now, lent.startsAt ?? now) + lent.durationSeconds * 1000;
  return Math.floor(Math.min(whole, lastMoment(law.policy, by)) / 1000) * 1000;
}

/** What was asked for is what is lent (promise P9): a role's rules are the same as they were. */
function againstRoles({ policy }: Law, { ask, roles }: Yes, { factsOf }: World): readonly RefusalCode[] {
  const role = policy.profiles[ask.profile]?.role ?? "";
  const hash = factsOf(ask.cluster)?.roles[role]?.hash;
  return hash === undefined || roles.has(`${role} ${hash}`) ? [] : ["roleChanged"];
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
