import { afterEach, beforeEach, expect, test } from "vitest";
import { createScriptedApi, type ScriptedApi } from "../../test/fakes/scripted-api.ts";
import type { Held } from "../workflows/ports.ts";
import * as objects from "./objects.ts";
import { hashRole } from "./role-rules.ts";
import { createSurveyor } from "./survey.ts";

const ROLE = {
  metadata: { name: "daypass-profile-logs" },
  rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
};
const HELD: Held = {
  ...{ id: "grant0a", end: Date.parse("2026-06-01T14:00:00Z"), cluster: "prod", namespaces: ["payments"] },
  ...{ request: "request0", grantee: "ada", decidedBy: { kind: "approval", people: ["grace"] } },
  ...{ profile: "logs", role: ROLE.metadata.name, roleHash: hashRole(ROLE) ?? "" },
  madeAt: Date.parse("2026-06-01T13:00:00Z"),
};
const NAME = objects.objectName(HELD);

let api: ScriptedApi;
let look: () => Promise<string | null | undefined>;

beforeEach(async () => {
  api = await createScriptedApi();
  const survey = createSurveyor(api.connection);
  look = async () => {
    const { all } = await survey(new AbortController().signal);
    expect(all.map(({ held }) => held)).toEqual([HELD]);
    return all[0]?.damage?.words ?? null;
  };
  const timer = objects.timerJob(HELD, { name: NAME, uid: "grant-1" }, HELD.madeAt);
  api.items.set("clusterroles", [ROLE]);
  put("accessgrants", objects.accessGrant(HELD), { uid: "grant-1", creationTimestamp: "2026-06-01T13:00:00Z" });
  put("jobs", timer, { uid: "timer-1", generation: 1 });
  put("serviceaccounts", objects.serviceAccount(HELD, { name: NAME, uid: "timer-1" }), { uid: "account-1" });
  put("rolebindings", binding, { uid: "binding-1" });
});

afterEach(() => api.close());

const binding = objects.roleBinding(HELD, "payments", { name: NAME, uid: "grant-1" });
const changedBinding = { ...binding, subjects: [] };

function put(plural: string, found: { readonly metadata?: object }, metadata: object): void {
  api.items.set(plural, [{ ...found, metadata: { ...found.metadata, resourceVersion: "1", ...metadata } }]);
}

test("what is as it was made is fine in every list", async () => {
  expect([await look(), await look(), await look()]).toEqual([null, null, null]);
});

test("an object of a version that was judged before is not judged again", async () => {
  await look();
  put("rolebindings", changedBinding, { uid: "binding-1" });

  expect(await look()).toBeNull();
});

test.each<[string, string, () => void]>([
  [
    "a binding of a new version",
    "the RoleBinding in payments was changed by hand",
    () => put("rolebindings", changedBinding, { uid: "binding-1", resourceVersion: "2" }),
  ],
  [
    "another binding of the same name",
    "the RoleBinding in payments was changed by hand",
    () => put("rolebindings", changedBinding, { uid: "binding-2" }),
  ],
  [
    "a binding that is gone",
    "the RoleBinding in payments was removed by hand",
    () => api.items.set("rolebindings", []),
  ],
  ["an identity that is gone", "the ServiceAccount was removed by hand", () => api.items.set("serviceaccounts", [])],
  ["a timer that is gone", "the timer Job was removed by hand", () => api.items.set("jobs", [])],
  [
    "a timer of another generation",
    "the timer Job was changed by hand",
    () =>
      put("jobs", objects.timerJob(HELD, { name: NAME, uid: "grant-1" }, HELD.madeAt), {
        ...{ uid: "timer-1", generation: 2, resourceVersion: "2" },
      }),
  ],
  [
    "an identity whose timer was made anew",
    "the ServiceAccount was changed by hand",
    () => put("jobs", objects.timerJob(HELD, { name: NAME, uid: "grant-1" }, HELD.madeAt), { uid: "timer-2" }),
  ],
  [
    "an AccessGrant that was made anew",
    "the timer Job was changed by hand",
    () => put("accessgrants", objects.accessGrant(HELD), { uid: "grant-2", creationTimestamp: "2026-06-01T13:00:00Z" }),
  ],
  [
    "an AccessGrant that is being removed",
    "its AccessGrant is being removed by hand",
    () =>
      put("accessgrants", objects.accessGrant(HELD), {
        ...{ uid: "grant-1", resourceVersion: "2", creationTimestamp: "2026-06-01T13:00:00Z" },
        deletionTimestamp: "2026-06-01T13:30:00Z",
      }),
  ],
  [
    "a role that allows something else",
    "what daypass-profile-logs allows in prod is not what was approved",
    () => api.items.set("clusterroles", [{ ...ROLE, rules: [] }]),
  ],
])("%s is seen after a list in which all was fine, and in every one from then on", async (_, words, change) => {
  expect(await look()).toBeNull();
  change();

  expect([await look(), await look()]).toEqual([words, words]);
});
