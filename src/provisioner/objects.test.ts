import { describe, expect, test } from "vitest";
import type { Lent } from "../workflows/grant.ts";
import * as objects from "./objects.ts";

const END = Date.parse("2026-06-01T14:00:00.500Z");
const GRANT: Lent = {
  ...{ id: "abcdefghija", version: 1, request: "abcdefghij", grantee: "mia", decidedAt: END - 7_200_000, end: END },
  ...{ cluster: "prod", namespaces: ["payments", "ledger"], profile: "logs", role: "daypass-profile-logs" },
  ...{ roleHash: "sha256:x", decidedBy: { kind: "approval", people: ["ada"] }, startsAt: null, extends: null },
};
const NAME = "g-abcdefghija-1780322400";
const OWNER = { name: NAME, uid: "u-1" };

test("the name carries the id and the end, and the Secrets' names the number", () => {
  expect(objects.objectName(GRANT)).toBe(NAME);
  expect(objects.anchorName(GRANT, 3)).toBe(`${NAME}-d3`);
  expect(objects.userName(NAME)).toBe(`system:serviceaccount:daypass-grants:${NAME}`);
});

test("the AccessGrant says all of it, its end to the millisecond", () => {
  expect(objects.accessGrant(GRANT).spec).toEqual({
    ...{ request: "abcdefghij", requester: "mia", decidedBy: { kind: "approval", people: ["ada"] }, cluster: "prod" },
    ...{ namespaces: ["payments", "ledger"], profile: "logs", role: "daypass-profile-logs", roleHash: "sha256:x" },
    ...{ expiresAt: "2026-06-01T14:00:00.500Z", subject: `system:serviceaccount:daypass-grants:${NAME}` },
  });
});

describe("every object", () => {
  const made = {
    accessGrant: objects.accessGrant(GRANT),
    timer: objects.timerJob(GRANT, OWNER, END - 1000),
    account: objects.serviceAccount(GRANT, OWNER),
    binding: objects.roleBinding(GRANT, "ledger", OWNER),
    anchor: objects.anchorSecret(GRANT, 2, OWNER),
  };

  test.each(Object.entries(made))("is marked with the grant and its end: %s", (_, { metadata }) => {
    expect(metadata?.labels).toEqual({
      "app.kubernetes.io/managed-by": "daypass",
      "daypass.dev/grant": "abcdefghija",
      "daypass.dev/end-minute": "29672040",
    });
    expect(metadata?.annotations).toEqual({ "daypass.dev/expires-at": "2026-06-01T14:00:00.500Z" });
  });

  test("has exactly one owner, in its own namespace or in none", () => {
    const owners = (kind: keyof typeof made) => {
      const { metadata } = made[kind];
      return metadata !== undefined && "ownerReferences" in metadata ? metadata.ownerReferences : undefined;
    };
    const grant = { apiVersion: "daypass.dev/v1alpha1", kind: "AccessGrant", name: NAME, uid: "u-1" };
    const timer = { apiVersion: "batch/v1", kind: "Job", name: NAME, uid: "u-1" };

    expect(owners("accessGrant")).toBeUndefined();
    expect([owners("timer"), owners("binding")]).toEqual([[grant], [grant]]);
    expect([owners("account"), owners("anchor")]).toEqual([[timer], [timer]]);
    expect(made.binding.metadata?.namespace).toBe("ledger");
    expect(made.account.metadata?.namespace).toBe("daypass-grants");
  });

  test("gives nothing away by itself: no mounted token, no Secret's contents, no pod", () => {
    expect(made.account.automountServiceAccountToken).toBe(false);
    expect(made.anchor.type).toBe("Opaque");
    expect(made.anchor.data ?? made.anchor.stringData).toBeUndefined();
    expect(made.timer.spec).toMatchObject({ completions: 0, parallelism: 0, ttlSecondsAfterFinished: 2 });
    expect(made.binding.subjects).toEqual([{ kind: "ServiceAccount", namespace: "daypass-grants", name: NAME }]);
    expect(made.binding.roleRef).toMatchObject({ kind: "ClusterRole", name: "daypass-profile-logs" });
  });
});

test.each([
  [7_200_000, 7201],
  [1, 2],
  [1000, 2],
  [0, 1],
  [-5000, 1],
])(
  "a timer with %i ms left counts %i s, never less than what is left, however completion is rounded",
  (left, seconds) => {
    expect(objects.timerSeconds(END, END - left)).toBe(seconds);
  },
);
