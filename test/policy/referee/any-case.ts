/** Random questions: who asks for what, what is known around it, and who says yes to how much of it. */
import { emptyHistory, type History } from "../../../src/workflows/history.ts";
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { NamespaceMatch, PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { ClusterFacts } from "../../../src/workflows/ports.ts";
import type { Less } from "../../../src/workflows/request.ts";
import type { Random } from "../../fakes/random.ts";
import { isOne, PLACES, someOf } from "./any-law.ts";
import { onceMore, withOtherAccounts, withOtherTiers } from "./any-turn.ts";
import { isAmong } from "./places.ts";
import type { Ask, HeldPass, Waiting } from "./terms.ts";

/** Somebody's click on Approve, or in the form that leaves less. */
export interface Click {
  readonly by: PersonRecord;
  /** Milliseconds after the click before. */
  readonly after: number;
  readonly less: Less | null;
  readonly stepped: boolean;
  readonly verdict: "approve" | "deny";
  /** What is another one from this click on, where anything is. */
  readonly policy: PolicyShape | null;
  readonly facts: readonly ClusterFacts[] | null;
  /** Who of those that said yes before is not known any more, or is somebody else in Slack's eyes. */
  readonly changed: readonly (PersonRecord | string)[];
  readonly asker: PersonRecord;
  /** Slack was asked about the accounts that an earlier policy links them to. */
  readonly stale: boolean;
}

/** One question and the conversation that follows it. */
export interface Case {
  readonly now: number;
  readonly ask: Ask & { readonly breakGlass: boolean };
  readonly facts: readonly ClusterFacts[];
  readonly held: readonly HeldPass[];
  readonly open: readonly Waiting[];
  /** How many passes each colleague of the asker has. */
  readonly others: number;
  readonly history: Pick<History, "outcomes" | "reviews">;
  readonly timesSaid: number;
  /** Made when they are asked for: most questions are refused before. */
  readonly clicks: () => readonly Click[];
  readonly making: () => Making;
}

/** What is so when a pass is to be made. */
export interface Making {
  /** Milliseconds after it begins. */
  readonly after: number;
  readonly policy: PolicyShape | null;
  readonly facts: readonly ClusterFacts[] | null;
  readonly asker: PersonRecord | null;
  /** Who is somebody else in Slack's eyes by now. */
  readonly changed: readonly PersonRecord[];
  readonly stale: boolean;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Moments around which something ends or turns: contracts end at midnight, summer time begins and ends. */
const MIDNIGHTS = ["2026-06-01", "2026-06-06", "2026-03-29", "2026-10-25", "2026-11-01", "2028-02-29"];

/** Takes random numbers; returns a midnight in UTC, in epoch milliseconds. */
export function anyMidnight(random: Random): number {
  return Date.parse(`${random.pick(MIDNIGHTS)}T00:00:00Z`);
}

/** What a question is made for: its policy, the midnight of it, and others that may come in its place. */
export interface Setting {
  readonly policy: PolicyShape;
  readonly midnight: number;
  readonly others: readonly PolicyShape[];
}

/** Takes random numbers and a setting; returns a question that fits one of the policy's rules mostly. */
export function anyCase(random: Random, setting: Setting): Case {
  const { below, pick } = random;
  const edge = pick([-10_001, -10_000, -9_999, -1, 0, 1, HOUR, 6 * HOUR]);
  const now = setting.midnight + (isOne(random, 3) ? edge : below(48) * (HOUR / 2) + below(3) * 400);
  const breakGlass = isOne(random, 8);
  const facts = anyFacts(random);
  const ask = { ...anyAsk(random, setting, { now, breakGlass, facts }), breakGlass };
  let clicks: readonly Click[] | null = null;
  let making: Making | null = null;
  return {
    ...{ now, ask, facts, held: anyPasses(random, 3, breakGlass ? 2 : 5) },
    open: anyPasses(random, 2, 5).map((pass) => ({ ...pass, isLeftBehind: isOne(random, 3) })),
    others: isOne(random, 4) ? below(3) : 0,
    timesSaid: isOne(random, 8) ? 9 + below(2) : 0,
    history: {
      outcomes: Array.from({ length: below(4) }, () => pick(["ended", "handedBack", "revoked", "failed"] as const)),
      reviews: isOne(random, 6) ? [{ request: "oldrequest", dueAt: now + pick([-HOUR, -1, 0, 1, HOUR]) }] : [],
    },
    clicks: () => {
      clicks ??= onceMore(
        random,
        setting.policy,
        Array.from({ length: 2 + below(4) }, () => anyClick(random, setting, { ask, now })),
      );
      return clicks;
    },
    making: () => {
      making ??= anyMaking(random, setting, { ask, now });
      return making;
    },
  };
}

interface Moment {
  readonly now: number;
  readonly breakGlass: boolean;
  readonly facts: readonly ClusterFacts[];
}

const REASONS = [
  ...[
    "INC-4711000000",
    "Read the LOGS!",
    "restart",
    "inc-12 ",
    "too short",
    "x".repeat(501),
    "♥♥♥♥♥♥♥♥♥♥",
    "..........",
  ],
  ...["(INC-47), INC-48; INC-49", "INC-47/INC-48 INC-49", "inc 12, inc_12: INC 12", "INC-12 INC-1234567 inc-12!"],
  ...["logs, logs & read the logs", "Restart workloads restart INC-47", "INC-12 logs: read the logs", "INC-47 fix it"],
  ...[
    "log slog sread the logs",
    "restartrestart",
    "INC-12345 ...... x",
    `INC-${"1".repeat(97)}`,
    `[INC-${"1".repeat(96)}]`,
    "a b c d e f g h i j",
    "a b c d e f g h i.",
  ],
];
const TICKETS = [" INC-7 ", "  ", "INC-", "inc-12", `INC-${"1".repeat(97)}`, `INC-${"1".repeat(96)}`];

function anyAsk(random: Random, { policy }: Setting, moment: Moment): Ask {
  const { now, breakGlass, facts } = moment;
  const { pick } = random;
  const glass = breakGlass ? policy.breakGlass : undefined;
  const rule = glass ? { who: ["night"], maxDuration: glass.maxDuration, ...pick(glass.rules) } : pick(policy.rules);
  const profile = pick(rule.profiles);
  const limit = Math.min(rule.maxDuration ?? 7200, policy.profiles[profile]?.maxDuration ?? 7200);
  const fitting = [10, limit, Math.min(limit, 30), Math.min(limit, 600)];
  const starts = [now - 1, now, now + 1, now + 90_000, now + 2 * HOUR, now + 336 * HOUR, now + 336 * HOUR + 1];
  const rarely = <Item>(of: number, rare: readonly Item[], usual: () => Item) =>
    isOne(random, of) ? pick(rare) : usual();
  return {
    by: anyRecord(
      random,
      rarely<string>(8, PLACES.people, () => anyOf(random, policy, rule.who)),
      now,
    ),
    cluster: rarely(30, ["dev"], () => rule.cluster),
    profile: rarely(40, ["other"], () => profile),
    namespaces: rarely(40, [["gone"], ["pay", "gone"], []], () => anyFitting(random, rule, facts)),
    seconds: rarely(10, [1, 9, 10, 7201, limit + 1], () => pick(fitting)),
    reason: rarely(12, REASONS, () => "Restart loop in api since the deploy"),
    ticket: rarely(16, TICKETS, () => pick([null, "INC-12"])),
    startsAt: rarely<number | null>(breakGlass ? 20 : 6, starts, () => null),
  };
}

/** Namespaces that the rule matches, where there are any; at times others. */
function anyFitting(
  random: Random,
  rule: { readonly cluster: string; readonly namespaces: readonly NamespaceMatch[] },
  facts: readonly ClusterFacts[],
): string[] {
  const known = facts.find(({ cluster }) => cluster === rule.cluster) ?? null;
  const fitting = PLACES.namespaces.filter((namespace) => isAmong(rule.namespaces, { namespace, facts: known }, false));
  if (fitting.length === 0 || isOne(random, 8)) return anyNamespaces(random);
  return isOne(random, 3) ? someOf(random, fitting, 1) : [random.pick(fitting)];
}

/** Somebody whom one of the ids names, where they name anybody. */
function anyOf(random: Random, policy: PolicyShape, ids: readonly string[]): string {
  const id = random.pick(ids);
  const ofCompany = PLACES.people.filter((person) => PLACES.contractors[person] === id);
  const named = [
    ...ofCompany,
    ...(policy.groups[id]?.people ?? []),
    ...PLACES.people.filter((person) => person === id),
  ];
  return random.pick(named.length > 0 ? named : PLACES.people);
}

function anyNamespaces(random: Random): string[] {
  return isOne(random, 3) ? someOf(random, PLACES.namespaces, 1) : [random.pick(PLACES.namespaces)];
}

function anyRecord(random: Random, person: string, now: number): PersonRecord {
  const guest = isOne(random, 15);
  const unreadGroups = isOne(random, 4) ? someOf(random, PLACES.slackGroups, 1) : [];
  const expiries = [null, now - 1, now + 9_999, now + 10_400, now + 45_500, now + 24 * HOUR];
  return {
    person,
    slackKey: `${isOne(random, 4) ? "E0HOME" : "T0HOME"}/U0${person.toUpperCase()}`,
    active: !isOne(random, 40),
    guest,
    external: isOne(random, 30),
    unreadGroups,
    slackGroups: someOf(random, PLACES.slackGroups).filter((id) => isOne(random, 2) && !unreadGroups.includes(id)),
    expiresAt: guest ? random.pick(expiries) : null,
    readAt: now,
    ...askedOf(random, unreadGroups),
  };
}

/** Mostly of all that any policy here names; now and then the policy named less, or it was not written down yet. */
function askedOf(random: Random, unread: readonly string[]): Pick<PersonRecord, "askedGroups"> {
  if (isOne(random, 25)) return {};
  return { askedGroups: isOne(random, 12) ? [...unread, ...someOf(random, PLACES.slackGroups)] : PLACES.slackGroups };
}

function anyPasses(random: Random, most: number, oneIn: number): readonly HeldPass[] {
  if (!isOne(random, oneIn)) return [];
  return Array.from({ length: 1 + random.below(most) }, () => ({
    cluster: isOne(random, 4) ? "dev" : "prod",
    profile: random.pick(PLACES.profiles),
    namespaces: anyNamespaces(random),
    isEnding: isOne(random, 3),
  }));
}

function anyFacts(random: Random): readonly ClusterFacts[] {
  const labels = [{}, { team: "pay" }, { team: "web", tier: "" }];
  const one = (cluster: string): ClusterFacts => {
    const open = isOne(random, 6) ? someOf(random, PLACES.namespaces) : [...PLACES.namespaces];
    const unread = open.filter(() => isOne(random, 25));
    const namespaces = open.filter((name) => !unread.includes(name));
    const known = namespaces.filter(() => !isOne(random, 4));
    const profiles = PLACES.profiles.filter(() => !isOne(random, 25));
    const role = (id: string) => ({
      hash: isOne(random, 40) ? "other" : `hash ${id}`,
      risk: { tier: random.pick(["low", "low", "low", "medium", "high"] as const), words: [] },
    });
    return {
      ...{ cluster, readAt: 0, namespaces, skewMs: 0, labels: isOne(random, 2) ? { env: cluster } : {} },
      ...(unread.length === 0 ? {} : { unread }),
      namespaceLabels: Object.fromEntries(known.map((name) => [name, random.pick(labels)])),
      roles: Object.fromEntries(profiles.map((id) => [`daypass-profile-${id}`, role(id)])),
    };
  };
  return ["prod", "dev"].filter(() => !isOne(random, 25)).map(one);
}

function anyClick(
  random: Random,
  { policy, others }: Setting,
  { ask, now }: { readonly ask: Ask; readonly now: number },
): Click {
  const { pick } = random;
  const by = anyRecord(
    random,
    isOne(random, 6) ? pick([...PLACES.people, "zoe"]) : anyOf(random, policy, PLACES.groups),
    now,
  );
  const other = anyRecord(random, pick(PLACES.people), now);
  return {
    ...{ by, after: pick([0, 1, 999, 1000, 60_000, 600_000]), verdict: isOne(random, 12) ? "deny" : "approve" },
    ...{ less: isOne(random, 3) ? anyLess(random, ask, now) : null, stepped: !isOne(random, 3) },
    policy: anyPolicyBy(random, { policy, others }, { wholly: 15, people: 8 }),
    facts: isOne(random, 15) ? anyFacts(random) : null,
    changed: isOne(random, 6) ? [isOne(random, 3) ? other.person : other] : [],
    asker: isOne(random, 15) ? anyRecord(random, ask.by.person, now) : ask.by,
    stale: isOne(random, 10),
  };
}

/**
 * The policy from then on: another one, or one in which people alone moved or left, colleagues alone are barred or let, or
 * other accesses alone are kept apart. Most often it is as it was.
 */
function anyPolicyBy(
  random: Random,
  { policy, others }: Pick<Setting, "policy" | "others">,
  chances: { readonly wholly: number; readonly people: number },
): PolicyShape | null {
  if (isOne(random, chances.wholly)) return random.pick(others);
  if (isOne(random, chances.people)) return { ...policy, people: random.pick(others).people };
  if (isOne(random, chances.people)) return { ...policy, separation: random.pick(others).separation };
  if (isOne(random, 2 * chances.people)) return withOtherTiers(policy, isOne(random, 2));
  if (isOne(random, 2 * chances.people)) return withOtherAccounts(random, policy);
  if (!isOne(random, chances.people)) return null;
  return { ...policy, rules: policy.rules.map((rule) => ({ ...rule, notSameCompany: !rule.notSameCompany })) };
}

function anyMaking(
  random: Random,
  setting: Setting,
  { ask, now }: { readonly ask: Ask; readonly now: number },
): Making {
  return {
    after: random.pick([0, 0, 1, 5000, 600_000]),
    policy: anyPolicyBy(random, setting, { wholly: 6, people: 6 }),
    facts: isOne(random, 6) ? anyFacts(random) : null,
    asker: isOne(random, 6) ? anyRecord(random, ask.by.person, now) : null,
    changed: isOne(random, 3) ? PLACES.people.map((person) => anyRecord(random, person, now)) : [],
    stale: isOne(random, 10),
  };
}

/** Mostly narrower, at times wider. */
function anyLess(random: Random, { seconds, namespaces, startsAt }: Ask, now: number): Less {
  const { pick } = random;
  const begin = startsAt ?? now;
  return {
    durationSeconds: isOne(random, 3) ? pick([9, 10, seconds + 1]) : pick([seconds, Math.ceil(seconds / 2), 10]),
    namespaces: isOne(random, 3) ? pick([[], ["web"], ["gone"]]) : namespaces.filter(() => !isOne(random, 4)).sort(),
    startsAt: isOne(random, 2) ? startsAt : pick([null, begin, begin + 1000, begin + 61_000, begin - 1]),
  };
}

/** Takes an id and what is known; returns that as the record of a history. */
export function historyOf(id: string, known: Partial<History>): History {
  return { ...emptyHistory(id), version: 1, ...known };
}
