import type { V1Job, V1RoleBinding } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import type { Lent } from "../workflows/grant.ts";
import {
  firesInTime,
  isOurs,
  likenessOfAccount,
  likenessOfBinding,
  likenessOfGrant,
  likenessOfTimer,
} from "./adopt.ts";
import * as objects from "./objects.ts";

const END = Date.parse("2026-06-01T14:00:00Z");
const GRANT: Lent = {
  ...{ id: "abcdefghija", version: 1, request: "abcdefghij", grantee: "mia", decidedAt: END - 7_200_000, end: END },
  ...{ startsAt: null, extends: null },
  ...{ cluster: "prod", namespaces: ["payments"], profile: "logs", role: "daypass-profile-logs" },
  ...{ roleHash: "sha256:x", decidedBy: { kind: "approval", people: ["ada"] } },
};
const OWNER = { name: objects.objectName(GRANT), uid: "u-1" };
const FORMER = { ...OWNER, uid: "u-0" };

describe("an AccessGrant", () => {
  const wanted = objects.accessGrant(GRANT);
  const found = (changes: object = {}) => ({
    ...structuredClone(wanted),
    metadata: { ...wanted.metadata, uid: "u-1", creationTimestamp: "2026-06-01T12:00:00Z", generation: 1 },
    ...changes,
  });

  test("is the same with what the API server adds", () => {
    expect(likenessOfGrant(found(), wanted)).toBe("same");
  });

  test.each([
    ["another end", found({ spec: { ...wanted.spec, expiresAt: "2026-06-01T15:00:00Z" } })],
    ["a namespace more", found({ spec: { ...wanted.spec, namespaces: ["payments", "web"] } })],
    ["no labels", found({ metadata: { name: OWNER.name, uid: "u-1" } })],
    ["nothing that is known", {}],
  ])("is foreign with %s", (_, other) => {
    expect(likenessOfGrant(other, wanted)).toBe("foreign");
  });
});

describe("a timer", () => {
  const wanted = objects.timerJob(GRANT, OWNER, END - 60_000);
  const found = (madeBefore: number, owner = OWNER): V1Job => {
    const job = objects.timerJob(GRANT, owner, END - madeBefore);
    return { ...job, metadata: { ...job.metadata, creationTimestamp: new Date(END - madeBefore) } };
  };

  test("is the same though an earlier try gave it more seconds", () => {
    expect(likenessOfTimer(found(600_000), wanted)).toBe("same");
  });

  test("is foreign where its seconds were changed by hand, which only its generation says", () => {
    const job = found(60_000);

    expect(likenessOfTimer({ ...job, metadata: { ...job.metadata, generation: 1 } }, wanted)).toBe("same");
    expect(likenessOfTimer({ ...job, metadata: { ...job.metadata, generation: 2 } }, wanted)).toBe("foreign");
  });

  test("that is being deleted, which counts its generation up too, is about to be gone", () => {
    const job = found(60_000);
    const metadata = { ...job.metadata, generation: 2, deletionTimestamp: new Date(END) };

    expect(likenessOfTimer({ ...job, metadata }, wanted)).toBe("former");
  });

  test("fires in time up to 10 s after the end, by our clock and not by its cluster's", () => {
    const late = found(60_000);
    const spec = (seconds: number) => ({ ...late, spec: { ...late.spec, ttlSecondsAfterFinished: seconds } }) as V1Job;

    expect(firesInTime(spec(70), { end: END, skewMs: 0 })).toBe(true);
    expect(firesInTime(spec(71), { end: END, skewMs: 0 })).toBe(false);
    expect(firesInTime(spec(75), { end: END, skewMs: 5_000 })).toBe(true);
    expect(firesInTime(spec(66), { end: END, skewMs: -5_000 })).toBe(false);
  });

  test("is foreign where it would run pods, and does not fire in time where it never fires", () => {
    const job = found(60_000);
    const { ttlSecondsAfterFinished: _, ...endless } = job.spec ?? { template: {} };

    expect(likenessOfTimer({ ...job, spec: { ...job.spec, completions: 1 } as typeof endless }, wanted)).toBe(
      "foreign",
    );
    expect(likenessOfTimer({ ...job, spec: { ...job.spec, parallelism: 1 } as typeof endless }, wanted)).toBe(
      "foreign",
    );
    expect(firesInTime({ ...job, spec: endless }, { end: END, skewMs: 0 })).toBe(false);
  });

  test("of an AccessGrant that is gone is about to be collected", () => {
    expect(likenessOfTimer(found(60_000, FORMER), wanted)).toBe("former");
  });
});

describe("an identity", () => {
  const wanted = objects.serviceAccount(GRANT, OWNER);

  test("is the same, former by its owner, or foreign by what was changed", () => {
    const withTwo = {
      ...wanted.metadata,
      ownerReferences: [...(wanted.metadata?.ownerReferences ?? [])].concat([FOREIGN]),
    };

    expect(likenessOfAccount(structuredClone(wanted), wanted)).toBe("same");
    expect(likenessOfAccount(objects.serviceAccount(GRANT, FORMER), wanted)).toBe("former");
    expect(likenessOfAccount({ ...wanted, automountServiceAccountToken: true }, wanted)).toBe("foreign");
    expect(likenessOfAccount({ ...wanted, metadata: withTwo }, wanted)).toBe("foreign");
    expect(likenessOfAccount({ ...wanted, metadata: { ...wanted.metadata, ownerReferences: [] } }, wanted)).toBe(
      "foreign",
    );
  });
});

describe("a binding", () => {
  const wanted = objects.roleBinding(GRANT, "payments", OWNER);

  test("is the same whatever the API server defaults", () => {
    const subjects = (wanted.subjects ?? []).map((subject) => ({ ...subject, apiGroup: "" }));

    expect(likenessOfBinding({ ...wanted, subjects }, wanted)).toBe("same");
  });

  test.each<[string, Partial<V1RoleBinding>]>([
    ["another role", { roleRef: { ...wanted.roleRef, name: "edit" } }],
    ["a subject more", { subjects: [...(wanted.subjects ?? []), { kind: "Group", name: "everybody" }] }],
    ["no subject", { subjects: [] }],
    ["another grant's label", { metadata: { ...wanted.metadata, labels: { "daypass.dev/grant": "other" } } }],
    ["another end", { metadata: { ...wanted.metadata, annotations: { "daypass.dev/expires-at": "later" } } }],
  ])("is foreign with %s", (_, changes) => {
    expect(likenessOfBinding({ ...wanted, ...changes }, wanted)).toBe("foreign");
  });
});

test("ours is what both labels say is this grant's", () => {
  const { metadata } = objects.serviceAccount(GRANT, OWNER);

  expect(isOurs(metadata, GRANT)).toBe(true);
  expect(isOurs(metadata, { id: "other" })).toBe(false);
  expect(isOurs({ labels: { "daypass.dev/grant": GRANT.id } }, GRANT)).toBe(false);
  expect(isOurs({}, GRANT)).toBe(false);
  expect(isOurs(undefined, GRANT)).toBe(false);
});

const FOREIGN = { apiVersion: "v1", kind: "ConfigMap", name: "other", uid: "u-2" };
