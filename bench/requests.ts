import { hashedIds } from "../src/ids.ts";
import type { Lent } from "../src/workflows/grant.ts";
import type { PersonRecord } from "../src/workflows/person.ts";
import type { ClusterFacts } from "../src/workflows/ports.ts";
import type { Needs, PendingRequest, Target } from "../src/workflows/request.ts";
import { northwind } from "../test/workbench/northwind.ts";

/** Where the worker may bind, and what is lent there: three rules are asked about in the proof, and three canaries. */
export const NAMESPACE = "payments";
const PROFILE = { name: "logs", role: "daypass-profile-logs" };
/** So many that of hundreds of passes none is one person's eleventh, and few change one person's record at one moment. */
export const ASKERS: readonly string[] = Array.from({ length: 300 }, (_, i) => `c${i}`);
export const APPROVER = "ana";
const ON_CALL = "noor";

/** Takes what is known of the cluster; returns what every grant of the bench lends. Throws where it cannot be lent. */
export function benchTarget({ cluster, namespaces, roles }: ClusterFacts): Target {
  const role = roles[PROFILE.role];
  if (role === undefined || !namespaces.includes(NAMESPACE)) throw new Error(`${cluster} is not ready to lend`);
  return { cluster, namespaces: [NAMESPACE], profile: PROFILE.name, role: PROFILE.role, roleHash: role.hash };
}

/** Takes the time; returns the records that the bot would have written just now of those who decide. */
export function freshRecords(now: number): Readonly<Record<"approver" | "onCall", PersonRecord>> {
  const record = (person: keyof typeof northwind) => ({ ...freshAsker(person, now), guest: false });
  return { approver: record(APPROVER), onCall: record(ON_CALL) };
}

/** Takes the policy id of somebody who asks and the time; returns the record that the bot would have written just now. */
export function freshAsker(person: string, now: number): PersonRecord {
  const user = northwind[person as keyof typeof northwind] ?? `U0${person.toUpperCase()}`;
  return {
    ...{ person, slackKey: `T0HOME/${user}`, active: true, external: false, guest: true },
    ...{ slackGroups: [], askedGroups: [], expiresAt: null, readAt: now },
  };
}

/** Takes a name that is used once; returns who asks for it, always the same. */
function askerOf(name: string): string {
  const number = Number(/\d+$/.exec(name)?.[0] ?? 0);
  return ASKERS[number % ASKERS.length] ?? "lena";
}

const NEEDS: Needs = {
  ...{ quorum: 1, differentGroups: false, notSameCompany: false, stepUp: false },
  ...{ maxSeconds: 4 * 3600, tier: "low", why: [], rules: ["acme-and-ana"] },
};

/** Takes a name that is used once, the target and seconds; returns the request as it stands before anybody clicks. */
export function pendingRequest(name: string, target: Target, durationSeconds: number): PendingRequest {
  const now = Date.now();
  const id = hashedIds.requestId(`bench ${name}`);
  return {
    ...{
      id,
      version: 1,
      asker: askerOf(name),
      targets: [target],
      durationSeconds,
      reason: "Payments fail since 14:10; I need the logs",
    },
    ...{ askedAt: now, lapsesAt: now + 3_600_000, approvers: ["payments-approvers"], channel: "C0PAYMENTS" },
    ...{ fingerprint: hashedIds.fingerprint(id), policyHash: "bench", extends: null, state: "pending" },
    ...{ ticket: null, startsAt: null, needs: NEEDS, yeses: [], leave: "approval" },
  };
}

/** Takes a name that is used once, the target and the end (whole seconds); returns what an approval would lend. */
export function lentGrant(name: string, target: Target, end: number): Lent {
  const request = hashedIds.requestId(`bench ${name}`);
  return {
    ...target,
    ...{ id: `${request}a`, version: 1, request, grantee: askerOf(name), end },
    ...{ decidedBy: { kind: "approval", people: [APPROVER] }, decidedAt: Date.now(), startsAt: null, extends: null },
  };
}
