import { expect, test } from "vitest";
import type { Held } from "../workflows/ports.ts";
import { grantFrom, grantIn } from "./found-grant.ts";
import { accessGrant } from "./objects.ts";

const END = Date.parse("2026-06-01T14:00:00.250Z");
const HELD: Omit<Held, "madeAt"> = {
  ...{ id: "abcdefghija", end: END, cluster: "prod", namespaces: ["payments"], request: "abcdefghij", grantee: "mia" },
  ...{ decidedBy: { kind: "approval", people: ["ada"] }, profile: "logs", role: "daypass-profile-logs" },
  roleHash: "sha256:x",
};

function stored(changes: { metadata?: object; spec?: object } = {}): unknown {
  const { metadata, spec } = accessGrant(HELD);
  const added = { uid: "u-1", creationTimestamp: "2026-06-01T12:00:00Z", ...changes.metadata };
  return { metadata: { ...metadata, ...added }, spec: { ...spec, ...changes.spec } };
}

test("an AccessGrant says all that it takes to write its record anew", () => {
  expect(grantFrom("prod", stored())).toEqual({
    ...{ held: { ...HELD, madeAt: Date.parse("2026-06-01T12:00:00Z") }, uid: "u-1", deleting: false },
  });
});

test("it is known by the name that this worker has for the cluster, and by its own name where labels were edited", () => {
  const found = grantFrom("prod-2", stored({ metadata: { labels: {} } }));

  expect(found?.held).toMatchObject({ cluster: "prod-2", id: HELD.id });
});

test("one that is kept from going is being deleted", () => {
  expect(grantFrom("prod", stored({ metadata: { deletionTimestamp: "2026-06-01T12:30:00Z" } }))?.deleting).toBe(true);
});

test.each([
  ["another name", stored({ metadata: { name: "mine" } })],
  ["a name that says another end", stored({ metadata: { name: "g-abcdefghija-1" } })],
  ["no end", stored({ spec: { expiresAt: undefined } })],
  ["nothing at all", {}],
])("one with %s is none of ours", (_, found) => {
  expect(grantFrom("prod", found)).toBeNull();
});

test("a name says the grant, and not where it is somebody else's", () => {
  expect(grantIn("g-abcdefghija-1780322400")).toBe("abcdefghija");
  expect(grantIn("daypass-worker-target")).toBeNull();
});
