/** The people of a run and the policies that are in force in it. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import { Policy } from "../../../src/workflows/policy.ts";
import type { PolicyInForce } from "../../../src/workflows/ports.ts";
import { NO_CONDITIONS } from "../../fakes/samples.ts";
import type { Timeline } from "../core/timeline.ts";
import type { Wish } from "../oracle/heard.ts";
import type { People } from "../oracle/people.ts";

export const CLUSTERS = ["prod", "dev"] as const;
export const NAMESPACES = ["payments", "ledger"] as const;
export const PROFILES = ["logs", "restart"] as const;

/** What each lends. */
const ROLES = { logs: "daypass-profile-logs", restart: "daypass-profile-restart" } as const;
/** So many people must say yes. */
const QUORUM = { logs: 1, restart: 2 } as const;

const POLICY = {
  version: 1,
  slack: { requestsChannel: "C0REQUESTS", linkedBy: "the platform team" },
  companies: { acme: { name: "Acme", sponsor: "sam", contractEnd: "2027-12-31" } },
  people: {
    mia: { name: "Mia Contractor", slack: "T0HOME/U0MIA", company: "acme" },
    max: { name: "Max Contractor", slack: "T0HOME/U0MAX", company: "acme" },
    sam: { name: "Sam Sponsor", slack: "T0HOME/U0SAM" },
    ada: { name: "Ada Approver", slack: "T0HOME/U0ADA" },
    ben: { name: "Ben Approver", slack: "T0HOME/U0BEN" },
    olga: { name: "Olga On-call", slack: "T0HOME/U0OLGA" },
  },
  groups: {
    approvers: { name: "approvers", channel: "C0APPROVERS", people: ["ada", "ben"] },
    "on-call": { name: "on-call", channel: "C0ONCALL", people: ["olga"] },
  },
  onCall: "on-call",
  profiles: {
    logs: profile(ROLES.logs, "6h"),
    restart: profile(ROLES.restart, "1h"),
  },
  rules: CLUSTERS.flatMap((cluster) =>
    PROFILES.map((name) => ({
      ...{ name: `acme-${cluster}-${name}`, who: ["acme"], cluster, namespaces: NAMESPACES, profiles: [name] },
      ...{ approvers: "approvers", quorum: QUORUM[name] },
    })),
  ),
};

function profile(role: string, maxDuration: string): object {
  return { role, words: role, can: "do something", cannot: "do anything else", maxDuration };
}

/** Ben may decide no more. */
const WITHOUT_BEN = {
  ...POLICY,
  groups: { ...POLICY.groups, approvers: { ...POLICY.groups.approvers, people: ["ada"] } },
};
/** Nobody of Acme may ask for anything in `dev` any more. */
const WITHOUT_DEV = { ...POLICY, rules: POLICY.rules.filter(({ cluster }) => cluster !== "dev") };

/** The policies that a run may come to, the first at its beginning; null: the file cannot be read. */
export const POLICIES: readonly (Policy | null)[] = [
  Policy.parse(POLICY),
  Policy.parse(WITHOUT_BEN),
  Policy.parse(WITHOUT_DEV),
  null,
];

/** What a process read, and until when it went by that, counted while machines are awake. */
interface Reading {
  readonly reader: string;
  readonly policy: Policy | null;
  until: number;
}

/** Whoever a policy lets decide in a place: of the groups that its rules name, and of no other. */
function approversOf(policy: Policy | null, { cluster, profile: name }: Pick<Wish, "cluster" | "profile">): string[] {
  const rules = policy?.rules.filter((rule) => rule.cluster === cluster && rule.profiles.includes(name)) ?? [];
  return rules.flatMap(({ approvers }) => approvers.flatMap((group) => policy?.groups[group]?.people ?? []));
}

export interface Town extends People {
  /** Everybody as Slack has them now, in whole records, read now. */
  records(): readonly PersonRecord[];
  record(person: string): PersonRecord;
  /** Somebody is switched off in Slack. */
  deactivate(person: string): void;
  /** What the policy file says now, read by a process: it goes by that until it reads it again. */
  policy(reader: string): PolicyInForce | null;
  changePolicy(to: number): void;
}

/**
 * Takes the true time; returns a town in which everybody works. For how long somebody is gone, or a policy no longer in
 * force, is counted while machines are awake: a call that was under way when they fell asleep arrives as old as it was.
 */
export function createTown({ now, awake }: Pick<Timeline, "now" | "awake">): Town {
  const everybody = Object.keys(POLICY.people);
  const leftAt = new Map<string, number>();
  const force: (Policy | null)[] = [POLICIES[0] ?? null];
  const readings: Reading[] = [];
  const readBy = (kind: string, sinceMs: number) =>
    readings.filter(({ reader, until }) => reader.startsWith(kind) && until >= awake() - sinceMs);
  const record = (person: string): PersonRecord => ({
    ...{ person, slackKey: `T0HOME/U0${person.toUpperCase()}`, active: !leftAt.has(person) },
    ...{ guest: false, external: false, slackGroups: [], askedGroups: [], expiresAt: null },
    readAt: now(),
  });
  return {
    record,
    records: () => everybody.map(record),
    deactivate: (person) => void leftAt.set(person, leftAt.get(person) ?? awake()),
    policy: (reader) => {
      const policy = force.at(-1) ?? null;
      const before = readings.findLast((one) => one.reader === reader);
      if (before !== undefined) before.until = awake();
      readings.push({ reader, policy, until: Number.POSITIVE_INFINITY });
      return policy === null ? null : { policy, hash: `sha256:policy-${force.length}`, conditions: NO_CONDITIONS };
    },
    changePolicy: (to) => void force.push(POLICIES[to] ?? null),
    mightDecide: (person, place, sinceMs) =>
      readBy("bot", sinceMs).some(({ policy }) => approversOf(policy, place).includes(person)),
    wereBarred: (wish, deciders, sinceMs) =>
      [wish.asker, ...deciders].some((person) => leftAt.has(person)) ||
      readBy("worker", sinceMs).some(
        ({ policy }) => policy !== null && !deciders.every((person) => approversOf(policy, wish).includes(person)),
      ),
    hadNoPolicy: (sinceMs) => readBy("worker", sinceMs).some(({ policy }) => policy === null),
    inactiveMs: (person) => awake() - (leftAt.get(person) ?? awake()),
    quorum: (name) => (name === "restart" ? QUORUM.restart : QUORUM.logs),
    role: (name) => ROLES[name as keyof typeof ROLES],
    mostSeconds: (name) => Math.max(...POLICIES.map((policy) => policy?.profiles[name]?.maxDuration ?? 0)),
  };
}
