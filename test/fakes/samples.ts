import type { Grant, Lent, MakingGrant } from "../../src/workflows/grant.ts";
import type { History } from "../../src/workflows/history.ts";
import type { Given } from "../../src/workflows/judge-people.ts";
import type { Millis, PersonRecord } from "../../src/workflows/person.ts";
import { Policy } from "../../src/workflows/policy.ts";
import type { ClusterFacts, Conditions, PolicyInForce, RoleRisk } from "../../src/workflows/ports.ts";
import type { Needs, PendingEvent, PendingRequest, Target } from "../../src/workflows/request.ts";
import type { Around } from "../../src/workflows/wish.ts";

/** The moment at which sample stories begin: 2026-06-01T12:00:00Z. */
export const NOON: Millis = 1_780_315_200_000;

/** A small world: Acme's contractors mia and max, sponsor sam; ada and ben approve payments, olga is on call. */
export const POLICY_INPUT = {
  version: 1,
  slack: { requestsChannel: "C0REQUESTS", linkedBy: "the platform team" },
  companies: { acme: { name: "Acme", sponsor: "sam", contractEnd: "2026-12-31" } },
  people: {
    mia: { name: "Mia Contractor", slack: "T0HOME/U0MIA", company: "acme" },
    max: { name: "Max Contractor", slack: "T0HOME/U0MAX", company: "acme", contractEnd: "2026-06-01" },
    sam: { name: "Sam Sponsor", slack: "T0HOME/U0SAM" },
    ada: { name: "Ada Approver", slack: "T0HOME/U0ADA" },
    ben: { name: "Ben Approver", slack: "T0HOME/U0BEN" },
    olga: { name: "Olga On-call", slack: "T0HOME/U0OLGA" },
  },
  groups: {
    "payments-approvers": { name: "payments approvers", channel: "C0PAYMENTS", people: ["ada", "ben"] },
    "web-approvers": { name: "web approvers", channel: "C0WEB", people: ["sam"] },
    "on-call": { name: "on-call", channel: "C0ONCALL", people: ["olga"] },
  },
  onCall: "on-call",
  profiles: {
    logs: {
      role: "daypass-profile-logs",
      words: "Read logs",
      can: "read pods, logs and events",
      cannot: "read Secrets, change anything, run commands",
      maxDuration: "4h",
    },
    restart: {
      role: "daypass-profile-restart",
      words: "Restart workloads",
      can: "delete pods",
      cannot: "read Secrets, run commands",
      maxDuration: "1h",
    },
  },
  rules: [
    {
      name: "acme-payments",
      who: ["acme"],
      cluster: "prod",
      namespaces: ["payments", "ledger"],
      profiles: ["logs", "restart"],
      approvers: "payments-approvers",
    },
    {
      name: "acme-web",
      who: ["acme"],
      cluster: "prod",
      namespaces: ["web"],
      profiles: ["logs"],
      approvers: "web-approvers",
      maxDuration: "30m",
    },
  ],
};

/** Takes what differs from the sample policy, before it is parsed; returns the policy. */
export function samplePolicy(changes: Record<string, unknown> = {}): Policy {
  return Policy.parse({ ...POLICY_INPUT, ...changes });
}

/** Expressions of a policy that has none: nothing holds, nothing is a ticket. */
export const NO_CONDITIONS: Conditions = { holds: () => null, matchesTicket: () => false };

/** Takes what differs from the sample policy, and its expressions; returns that policy in force, with the hash `p1`. */
export function sampleForce(changes: Record<string, unknown> = {}, conditions = NO_CONDITIONS): PolicyInForce {
  return { policy: samplePolicy(changes), hash: "p1", conditions };
}

/** Takes a person's id and what differs; returns their record, read at NOON: active, no guest, not external, in no Slack group. */
export function sampleRecord(person: string, changes: Partial<PersonRecord> = {}): PersonRecord {
  const slackKey = `T0HOME/U0${person.toUpperCase()}`;
  return {
    ...{ person, slackKey, active: true, guest: false, external: false, slackGroups: [], expiresAt: null },
    ...{ unreadGroups: [], askedGroups: [], readAt: NOON, ...changes },
  };
}

/** Takes a record; returns the yes that this person gave with that account, by a bare click. */
export function sampleYes(record: PersonRecord): Given {
  return { record, yes: { account: record.slackKey, stepped: false } };
}

const LOW: RoleRisk = { tier: "low", words: [] };

export const SAMPLE_FACTS: ClusterFacts = {
  cluster: "prod",
  readAt: NOON,
  labels: {},
  namespaces: ["ledger", "payments", "web"],
  namespaceLabels: { ledger: {}, payments: {}, web: {} },
  roles: {
    "daypass-profile-logs": { hash: "sha256:logs", risk: LOW },
    "daypass-profile-restart": { hash: "sha256:restart", risk: LOW },
  },
  skewMs: 0,
};

/** Takes what differs; returns what is around somebody of whom nothing is known and who holds nothing. */
export function sampleAround(changes: Partial<Around> = {}): Around {
  return {
    factsOf: (cluster) => (cluster === "prod" ? SAMPLE_FACTS : null),
    ...{ history: null, held: [], open: [], companyPasses: 0, said: 0, ...changes },
  };
}

export const SAMPLE_TARGET: Target = {
  cluster: "prod",
  namespaces: ["payments"],
  profile: "logs",
  role: "daypass-profile-logs",
  roleHash: "sha256:logs",
};

/** What the sample request needs: one yes. */
export const SAMPLE_NEEDS: Needs = {
  ...{ quorum: 1, differentGroups: false, notSameCompany: false, stepUp: false },
  ...{ maxSeconds: 4 * 3600, tier: "low", why: [], rules: ["acme-payments"] },
};

/** Takes what differs; returns mia's pending request for two hours of logs in payments, asked at NOON. */
export function sampleRequest(changes: Partial<PendingRequest> = {}): PendingRequest {
  return {
    ...{ id: "abcdefghij", version: 1, asker: "mia", targets: [SAMPLE_TARGET], durationSeconds: 7200 },
    ...{ reason: "Restart loop in api since the deploy", askedAt: NOON, lapsesAt: NOON + 3_600_000 },
    ...{ approvers: ["payments-approvers"], channel: "C0PAYMENTS", fingerprint: "f00dfacef00dface", policyHash: "p1" },
    ...{ ticket: null, startsAt: null, needs: SAMPLE_NEEDS, leave: "approval", yeses: [] },
    ...{ extends: null, state: "pending" },
    ...changes,
  };
}

/** Ada's yes to all of it, and what it comes to: the pass of SAMPLE_GRANTS. */
export const SAMPLE_APPROVAL = {
  type: "approve",
  yes: { by: "ada", at: NOON, policyHash: "p1", less: null },
  dropped: [],
  needs: SAMPLE_NEEDS,
  decision: { people: ["ada"], at: NOON, policyHash: "p1", rules: ["acme-payments"] },
  lent: { durationSeconds: 7200, namespaces: ["payments"], startsAt: null },
  end: NOON + 7_200_000,
  grants: ["abcdefghija"],
  review: null,
} as const satisfies PendingEvent;

/** What is remembered of mia: one reason given twice, a pass handed back, and a review owed. */
export const SAMPLE_HISTORY: History = {
  ...{ id: "mia", version: 1, reasons: [{ said: "f00dfacef00dface", times: 2 }], outcomes: ["handedBack"] },
  ...{ reviews: [{ request: "abcdefghij", dueAt: NOON + 86_400_000 }], open: [], held: ["abcdefghija"] },
};

const LENT: Lent = {
  ...SAMPLE_TARGET,
  ...{ id: "abcdefghija", version: 1, request: "abcdefghij", grantee: "mia" },
  ...{ decidedBy: { kind: "approval", people: ["ada"] }, decidedAt: NOON, end: NOON + 7_200_000 },
  ...{ startsAt: null, extends: null },
};

/** The sample grant in each of its states: approved at NOON by ada, for two hours. */
export const SAMPLE_GRANTS = {
  making: { ...LENT, state: "making", trouble: null },
  active: {
    ...LENT,
    version: 2,
    state: "active",
    activeAt: NOON + 1000,
    timerArmed: false,
    warned: false,
    deliveries: [],
  },
  ending: {
    ...{ ...LENT, version: 3, state: "ending", activeAt: NOON + 1000, deliveries: [{ n: 1, at: NOON + 60_000 }] },
    paged: null,
    ending: { why: "revoked", by: "olga", words: "incident over", since: NOON + 120_000 },
  },
  ended: {
    ...{ ...LENT, version: 4, state: "ended", activeAt: NOON + 1000, deliveries: [], refusedAt: NOON + 121_000 },
    paged: null,
    ending: { why: "revoked", by: "olga", words: null, since: NOON + 120_000 },
  },
} as const satisfies { readonly [State in Grant["state"]]: Extract<Grant, { state: State }> };

/** Takes what differs; returns the sample grant as an approval leaves it. */
export function sampleGrant(changes: Partial<MakingGrant> = {}): MakingGrant {
  return { ...SAMPLE_GRANTS.making, ...changes };
}
