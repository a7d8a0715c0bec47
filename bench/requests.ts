import { hashedIds } from "../src/ids.ts";
import type { Lent } from "../src/workflows/grant.ts";
import type { PersonRecord } from "../src/workflows/person.ts";
import type { ClusterFacts } from "../src/workflows/ports.ts";
import type { PendingRequest, Target } from "../src/workflows/request.ts";
import { northwind } from "../test/workbench/northwind.ts";

/** Where the worker may bind, and what is lent there: three rules are asked about in the proof, and three canaries. */
export const NAMESPACE = "payments";
const PROFILE = { name: "logs", role: "daypass-profile-logs" };
const ASKER = "lena";
export const APPROVER = "ana";
const ON_CALL = "noor";

/** Takes what is known of the cluster; returns what every grant of the bench lends. Throws where it cannot be lent. */
export function benchTarget({ cluster, namespaces, roles }: ClusterFacts): Target {
  const role = roles[PROFILE.role];
  if (role === undefined || !namespaces.includes(NAMESPACE)) throw new Error(`${cluster} is not ready to lend`);
  return { cluster, namespaces: [NAMESPACE], profile: PROFILE.name, role: PROFILE.role, roleHash: role.hash };
}

/** Takes a person's policy id and the time; returns the record that the bot would have written just now. */
export function freshRecords(now: number): Readonly<Record<"asker" | "approver" | "onCall", PersonRecord>> {
  const record = (person: keyof typeof northwind) => ({
    ...{ person, slackKey: `T0HOME/${northwind[person]}`, active: true, external: false },
    ...{ guest: person === ASKER, readAt: now },
  });
  return { asker: record(ASKER), approver: record(APPROVER), onCall: record(ON_CALL) };
}

/** Takes a name that is used once, the target and seconds; returns the request as it stands before anybody clicks. */
export function pendingRequest(name: string, target: Target, durationSeconds: number): PendingRequest {
  const now = Date.now();
  const id = hashedIds.requestId(`bench ${name}`);
  return {
    ...{
      id,
      version: 1,
      asker: ASKER,
      targets: [target],
      durationSeconds,
      reason: "Payments fail since 14:10; I need the logs",
    },
    ...{ askedAt: now, lapsesAt: now + 3_600_000, approvers: "payments-approvers", channel: "C0PAYMENTS" },
    ...{ fingerprint: hashedIds.fingerprint(id), policyHash: "bench", extends: null, state: "pending" },
  };
}

/** Takes a name that is used once, the target and the end (whole seconds); returns what an approval would lend. */
export function lentGrant(name: string, target: Target, end: number): Lent {
  const request = hashedIds.requestId(`bench ${name}`);
  return {
    ...target,
    ...{ id: `${request}a`, version: 1, request, grantee: ASKER, end },
    ...{ decidedBy: { kind: "approval", people: [APPROVER] }, decidedAt: Date.now(), extends: null },
  };
}
