import fc from "fast-check";
import type { PersonRecord } from "../../src/workflows/person.ts";
import { PolicyShape } from "../../src/workflows/policy-schema.ts";
import type { ClusterFacts, Conditions, PolicyInForce } from "../../src/workflows/ports.ts";
import type { Around, Wish } from "../../src/workflows/wish.ts";
import { NOON, SAMPLE_FACTS, SAMPLE_GRANTS, sampleAround, sampleRecord } from "./samples.ts";

/** A small world in which policies meet themselves often: few people, few places, few names. */
export const WORLD = {
  people: ["mia", "max", "ada", "ben", "olga"],
  companies: ["acme", "umbrella"],
  groups: ["red", "blue", "on-call"],
  profiles: ["logs", "restart"],
  namespaces: ["pay", "pay-eu", "web"],
  slackGroups: ["S0RED", "S0ONC"],
} as const;

const DAYS = ["2030-01-01", "2026-05-31", "2026-06-01", "2026-06-02"] as const;
const DURATIONS = ["30s", "10m", "1h", "2h"] as const;
const EXPRESSIONS = ["yes", "no", "unknown"] as const;

/** One value nearly always, so that random policies allow something, and others now and then. */
const mostly = <Item>(usual: Item, ...rare: Item[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });
const some = <Item>(items: readonly Item[], least = 0) =>
  fc.uniqueArray(fc.constantFrom(...items), { minLength: least, maxLength: 3 });
const maybe = <Item>(arbitrary: fc.Arbitrary<Item>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const whoever = [...WORLD.people, ...WORLD.companies, ...WORLD.groups];
const entries = fc.oneof(
  fc.constantFrom<string | object>(...WORLD.namespaces, "pay*", "*", "pay?eu"),
  fc.constantFrom<string | object>({ label: "team", value: "pay" }, { label: "team", value: "web" }),
);
const namespaces = fc.array(entries, { minLength: 1, maxLength: 3 });
const days = mostly(...DAYS);
const durations = fc.constantFrom(...DURATIONS);
const quorum = mostly(1, 2, 3);

const ruleParts = fc.record({
  who: fc.uniqueArray(fc.constantFrom(...whoever), { minLength: 2, maxLength: 5 }),
  cluster: mostly("prod", "dev"),
  namespaces,
  profiles: some(WORLD.profiles, 1),
  approvers: mostly(["red"], ["blue"], ["red", "blue"], ["on-call"]),
  quorum,
  differentGroups: mostly(false, true),
  notSameCompany: fc.boolean(),
  maxDuration: maybe(durations),
  ticket: mostly(false, true),
  when: maybe(mostly(...EXPRESSIONS)),
  autoApprove: fc.boolean(),
});

/** A denial without its name. */
export const anyDenial = fc.record({
  why: fc.constant("Frozen"),
  who: maybe(some(whoever, 1)),
  cluster: maybe(fc.constantFrom("prod", "dev")),
  namespaces: maybe(namespaces),
  profiles: maybe(some(WORLD.profiles, 1)),
  when: maybe(fc.constantFrom(...EXPRESSIONS)),
});

const side = fc.record({ profiles: fc.constantFrom(["logs"], ["restart"]), namespaces: maybe(namespaces) });
const separationParts = fc.record({ why: fc.constant("Not both"), first: side, second: side });
const demands = fc.record({
  quorum: maybe(quorum),
  maxDuration: maybe(durations),
  ticket: mostly(false, true),
  stepUp: fc.boolean(),
});
const raise = fc.constantFrom<object>(
  { words: "It is prod", clusterLabel: { label: "env", value: "prod" } },
  { words: "It holds payments", namespaceLabel: { label: "team", value: "pay" } },
  { words: "It is their first", firstPass: true },
  { words: "It is late", outsideHours: true },
);
const glassRule = fc.record({ cluster: fc.constant("prod"), namespaces, profiles: fc.constant(WORLD.profiles) });
const risk = fc.record({
  hours: fc.constant({ days: ["mon"], from: "08:00", to: "12:30", zone: "Europe/Berlin" }),
  raise: fc.array(raise, { maxLength: 2 }),
  tiers: fc.record({ low: maybe(demands), medium: maybe(demands), high: maybe(demands) }),
});

const group = (channel: string) =>
  fc.record({
    ...{ name: fc.constant("a group"), channel: fc.constant(channel) },
    people: fc.uniqueArray(fc.constantFrom(...WORLD.people), { maxLength: 4 }),
    slackGroups: fc.uniqueArray(fc.constantFrom(...WORLD.slackGroups), { maxLength: 1 }),
  });
const person = (id: string) =>
  fc.record({
    ...{ name: fc.constant(id), slack: fc.constant(`T0HOME/U0${id.toUpperCase()}`) },
    ...{ company: fc.constantFrom(undefined, "acme", "umbrella"), contractEnd: maybe(days) },
  });
const company = fc.record({
  ...{ name: fc.constant("A company"), sponsor: fc.constant("ada"), contractEnd: days },
  maxPasses: mostly(undefined, 1, 2, 3),
});
const profile = (id: string) =>
  fc.record({
    ...{ role: fc.constant(`daypass-profile-${id}`), words: fc.constant(id), can: fc.constant("read") },
    ...{ cannot: fc.constant("write"), maxDuration: mostly("2h", "1h", "10m", "30s") },
  });
const mapOf = <Entry>(ids: readonly string[], one: (id: string) => fc.Arbitrary<Entry>) =>
  fc.record(Object.fromEntries(ids.map((id) => [id, one(id)])));
const named = <Entry extends object>(name: string, list: readonly Entry[]) =>
  list.map((entry, i) => ({ name: `${name}-${String.fromCharCode("a".charCodeAt(0) + i)}`, ...entry }));

/** A policy as it stands in a file, of the right shape; its rules may overlap, which a real one's do not. */
export const anyPolicyInput = fc.record({
  version: fc.constant(1),
  slack: fc.constant({ requestsChannel: "C0REQUESTS", linkedBy: "the platform team" }),
  companies: mapOf(WORLD.companies, () => company),
  people: mapOf(WORLD.people, person),
  groups: mapOf(WORLD.groups, (id) => group(`C0${id.toUpperCase().replace("-", "")}`)),
  onCall: fc.constant("on-call"),
  profiles: mapOf(WORLD.profiles, profile),
  rules: fc.array(ruleParts, { minLength: 1, maxLength: 7 }).map((rules) => named("rule", rules)),
  denials: mostly(0, 1)
    .chain((length) => fc.array(anyDenial, { minLength: length, maxLength: length }))
    .map((denials) => named("denial", denials)),
  separation: fc.array(separationParts, { maxLength: 1 }).map((pairs) => named("pair", pairs)),
  limits: fc.constant({ passesPerPerson: 3, openPerPerson: 3 }),
  risk: maybe(risk),
  breakGlass: fc.option(
    fc.record({
      ...{ rules: fc.array(glassRule, { minLength: 1, maxLength: 2 }), maxDuration: durations },
      ...{ reviewers: fc.constantFrom(...WORLD.groups), reviewWithin: fc.constant("24h") },
    }),
    { nil: undefined },
  ),
});
export type PolicyInput = typeof anyPolicyInput extends fc.Arbitrary<infer Input> ? Input : never;

const CONDITIONS: Conditions = {
  holds: (expression) => (expression === "unknown" ? null : expression === "yes"),
  matchesTicket: () => true,
};

/** Takes a policy as it stands in a file; returns it in force: `yes` holds, `no` does not, `unknown` cannot be told. */
export function inForce(input: object): PolicyInForce {
  return { policy: PolicyShape.parse(JSON.parse(JSON.stringify(input))), hash: "p1", conditions: CONDITIONS };
}

/** What Slack says of one of the people, or of somebody whom the policy does not list. */
export const anyRecord: fc.Arbitrary<PersonRecord> = fc
  .record({
    person: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...WORLD.people) }, fc.constant("zoe")),
    active: mostly(true, false),
    guest: mostly(false, true),
    external: mostly(false, true),
    slackGroups: fc.subarray([...WORLD.slackGroups]),
    askedGroups: mostly([...WORLD.slackGroups], ["S0ONC"]),
    expiresAt: mostly<number | null>(null, NOON + 45_500, NOON + 86_400_000),
  })
  .map(({ person, ...changes }) => sampleRecord(person, changes));

/** A filled form. */
export const anyWish: fc.Arbitrary<Wish> = fc.record({
  cluster: mostly("prod", "dev"),
  namespaces: mostly(["pay"], ["web"], ["pay-eu", "pay"], ["web", "pay"], [...WORLD.namespaces]),
  profile: fc.constantFrom(...WORLD.profiles),
  duration: mostly("30s", "10m", "1h", "2h"),
  reason: fc.constant("Restart loop in api since the deploy"),
  ticket: fc.constantFrom(null, "INC-1"),
  startsAt: mostly<number | null>(null, NOON, NOON + 60_000, NOON + 86_400_000),
});

const risks = fc.constantFrom("low", "low", "medium", "high").map((tier) => ({ tier, words: [tier] }) as const);
const labels = fc.constantFrom({}, { team: "pay" }, { team: "web" });

/** What a worker published of prod. */
const anyFacts: fc.Arbitrary<ClusterFacts> = fc
  .record({
    labels: fc.constantFrom({}, { env: "prod" }),
    namespaces: mostly<readonly string[]>(WORLD.namespaces, ["pay"], ["web", "pay"]),
    namespaceLabels: mapOf(WORLD.namespaces, () => maybe(labels)),
    roles: mapOf(
      WORLD.profiles.map((id) => `daypass-profile-${id}`),
      () => fc.record({ hash: fc.constant("h"), risk: risks }),
    ),
  })
  .map((facts) => ({ ...SAMPLE_FACTS, ...JSON.parse(JSON.stringify(facts)) }));

/** What is around somebody: what is known, and at most one pass held. */
export const anyAround: fc.Arbitrary<Around> = fc
  .record({
    facts: anyFacts,
    held: fc.array(fc.record({ profile: fc.constantFrom(...WORLD.profiles), namespaces: some(WORLD.namespaces, 1) }), {
      maxLength: 1,
    }),
    companyPasses: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ facts, held, companyPasses }) =>
    sampleAround({
      factsOf: (cluster) => (cluster === "prod" ? facts : null),
      held: held.map((changes) => ({ ...SAMPLE_GRANTS.active, ...changes })),
      companyPasses,
    }),
  );
