/** Random questions: who asks for what, what is known around it, and who says yes to how much of it. */
import { emptyHistory, type History } from "../../../src/workflows/history.ts";
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { ClusterFacts } from "../../../src/workflows/ports.ts";
import type { Less } from "../../../src/workflows/request.ts";
import type { Random } from "../../fakes/random.ts";
import { isOne, PLACES, someOf } from "./any-law.ts";
import type { Ask, HeldPass } from "./terms.ts";

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
}

/** One question and the conversation that follows it. */
export interface Case {
  readonly now: number;
  readonly ask: Ask & { readonly breakGlass: boolean };
  readonly facts: readonly ClusterFacts[];
  readonly held: readonly HeldPass[];
  readonly open: readonly HeldPass[];
  /** How many passes each colleague of the asker has. */
  readonly others: number;
  readonly history: Pick<History, "outcomes" | "reviews">;
  readonly timesSaid: number;
  readonly clicks: readonly Click[];
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Moments around which something ends or turns: contracts end at midnight, summer time begins and ends. */
const MIDNIGHTS = ["2026-06-01", "2026-06-06", "2026-03-29", "2026-10-25", "2026-11-01", "2028-02-29"];

/** Takes random numbers; returns a midnight in UTC, in epoch milliseconds. */
export function anyMidnight(random: Random): number {
  return Date.parse(`${random.pick(MIDNIGHTS)}T00:00:00Z`);
}

/** Takes random numbers, the midnight of the policy, and how to make another policy; returns a question. */
export function anyCase(random: Random, midnight: number, another: () => PolicyShape): Case {
  const { below, pick } = random;
  const edge = pick([-10_001, -10_000, -9_999, -1, 0, 1, HOUR, 6 * HOUR]);
  const now = midnight + (isOne(random, 3) ? edge : below(48) * (HOUR / 2) + below(3) * 400);
  const by = anyRecord(random, pick([...PLACES.people, "mia", "max", "olga"]), now);
  const ask = { ...anyAsk(random, by, now), breakGlass: isOne(random, 4) };
  const facts = anyFacts(random);
  return {
    ...{ now, ask, facts },
    held: anyPasses(random, 3),
    open: anyPasses(random, 2),
    others: isOne(random, 3) ? below(3) : 0,
    timesSaid: isOne(random, 6) ? 9 + below(2) : 0,
    history: {
      outcomes: Array.from({ length: below(4) }, () => pick(["ended", "handedBack", "revoked", "failed"] as const)),
      reviews: isOne(random, 6) ? [{ request: "oldrequest", dueAt: now + pick([-HOUR, -1, 0, 1, HOUR]) }] : [],
    },
    clicks: Array.from({ length: 1 + below(4) }, () => anyClick(random, { ask, now, another })),
  };
}

function anyAsk(random: Random, by: PersonRecord, now: number): Ask {
  const { pick } = random;
  const seconds = isOne(random, 8) ? pick([1, 9, 10, 7201]) : pick([10, 30, 60, 600, 1800, 3600]);
  const reasons = ["INC-4711000000", "Read the LOGS!", "restart", "inc-12 ", "too short", "x".repeat(501), "♥♥♥♥♥♥♥♥♥♥"];
  const starts = [now - 1, now, now + 1, now + 90_000, now + 2 * HOUR, now + 336 * HOUR, now + 336 * HOUR + 1];
  return {
    by,
    ...{ cluster: isOne(random, 8) ? "dev" : "prod", profile: isOne(random, 20) ? "other" : pick(PLACES.profiles) },
    namespaces: isOne(random, 20) ? pick([["gone"], ["pay", "gone"], []]) : anyNamespaces(random),
    seconds,
    reason: isOne(random, 8) ? pick(reasons) : "Restart loop in api since the deploy",
    ticket: isOne(random, 3) ? pick(["INC-12", " INC-7 ", "  ", "INC-", "inc-12", `INC-${"1".repeat(97)}`]) : null,
    startsAt: isOne(random, 5) ? pick(starts) : null,
  };
}

function anyNamespaces(random: Random): readonly string[] {
  return isOne(random, 3) ? someOf(random, PLACES.namespaces, 1) : [random.pick(PLACES.namespaces)];
}

function anyRecord(random: Random, person: string, now: number): PersonRecord {
  const guest = isOne(random, 12);
  const expiries = [null, now - 1, now + 9_999, now + 10_400, now + 45_500, now + 24 * HOUR];
  return {
    person,
    slackKey: `T0HOME/U0${person.toUpperCase()}`,
    active: !isOne(random, 20),
    guest,
    external: isOne(random, 20),
    slackGroups: someOf(random, PLACES.slackGroups).filter(() => isOne(random, 2)),
    expiresAt: guest ? random.pick(expiries) : null,
    readAt: now,
  };
}

function anyPasses(random: Random, most: number): readonly HeldPass[] {
  if (!isOne(random, 4)) return [];
  return Array.from({ length: 1 + random.below(most) }, () => ({
    cluster: isOne(random, 4) ? "dev" : "prod",
    profile: random.pick(PLACES.profiles),
    namespaces: anyNamespaces(random),
  }));
}

function anyFacts(random: Random): readonly ClusterFacts[] {
  const labels = [{}, { team: "pay" }, { team: "web", tier: "" }];
  const one = (cluster: string): ClusterFacts => {
    const namespaces = isOne(random, 6) ? someOf(random, PLACES.namespaces) : [...PLACES.namespaces];
    const known = namespaces.filter(() => !isOne(random, 4));
    const profiles = PLACES.profiles.filter(() => !isOne(random, 25));
    const role = (id: string) => ({
      hash: isOne(random, 40) ? "other" : `hash ${id}`,
      risk: { tier: random.pick(["low", "low", "low", "medium", "high"] as const), words: [] },
    });
    return {
      ...{ cluster, readAt: 0, namespaces, skewMs: 0, labels: isOne(random, 2) ? { env: cluster } : {} },
      namespaceLabels: Object.fromEntries(known.map((name) => [name, random.pick(labels)])),
      roles: Object.fromEntries(profiles.map((id) => [`daypass-profile-${id}`, role(id)])),
    };
  };
  return ["prod", "dev"].filter(() => !isOne(random, 25)).map(one);
}

function anyClick(
  random: Random,
  { ask, now, another }: { readonly ask: Ask; readonly now: number; readonly another: () => PolicyShape },
): Click {
  const { pick } = random;
  const by = anyRecord(random, pick([...PLACES.people, "zoe"]), now);
  const other = anyRecord(random, pick(PLACES.people), now);
  return {
    ...{ by, after: pick([0, 1, 999, 1000, 60_000, 600_000]), verdict: isOne(random, 15) ? "deny" : "approve" },
    ...{ less: isOne(random, 3) ? anyLess(random, ask, now) : null, stepped: !isOne(random, 3) },
    policy: isOne(random, 12) ? another() : null,
    facts: isOne(random, 12) ? anyFacts(random) : null,
    changed: isOne(random, 6) ? [isOne(random, 3) ? other.person : other] : [],
    asker: isOne(random, 12) ? anyRecord(random, ask.by.person, now) : ask.by,
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
