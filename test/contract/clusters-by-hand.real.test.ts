import { expect, test } from "vitest";
import { objectName } from "../../src/provisioner/objects.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { newGrant } from "./clusters.contract.ts";
import { follow } from "./clusters-following.contract.ts";
import { makeGrant } from "./clusters-inspecting.contract.ts";
import { useRealClusters } from "./real-clusters.ts";

const real = useRealClusters(useKubernetes(), "by-hand");

/** What an admin changes of an object by hand: its kind, where it is, and a JSON patch. */
const CHANGES: readonly [string, { kind: string; at: "grants" | "open"; patch: object; words: string }][] = [
  [
    "the timer's seconds, so that it never fires",
    {
      ...{ kind: "job", at: "grants", words: "the timer Job was changed by hand" },
      patch: { op: "replace", path: "/spec/ttlSecondsAfterFinished", value: 1_000_000 },
    },
  ],
  [
    "the identity's owner, so that it outlives its timer",
    {
      ...{ kind: "serviceaccount", at: "grants", words: "the ServiceAccount was changed by hand" },
      patch: { op: "remove", path: "/metadata/ownerReferences" },
    },
  ],
  [
    "the label of a binding by which it is found",
    {
      ...{ kind: "rolebinding", at: "open", words: "the RoleBinding in by-hand-a was changed by hand" },
      patch: { op: "remove", path: "/metadata/labels/app.kubernetes.io~1managed-by" },
    },
  ],
  [
    "the label of a binding that names its grant",
    {
      ...{ kind: "rolebinding", at: "open", words: "the RoleBinding in by-hand-a was changed by hand" },
      patch: { op: "replace", path: "/metadata/labels/daypass.dev~1grant", value: "another" },
    },
  ],
  [
    "the label of an AccessGrant by which it is due",
    {
      ...{ kind: "accessgrant", at: "grants", words: "its AccessGrant was changed by hand" },
      patch: { op: "replace", path: "/metadata/labels/daypass.dev~1end-minute", value: "99999999" },
    },
  ],
];

test.each(CHANGES)("P7 · it is heard and seen when somebody changes %s", async (_, { kind, at, patch, words }) => {
  const { clusters, admin, open } = real.current;
  const grant = await makeGrant(real.current);
  const ear = follow(real.current);
  await ear.until("list");

  const place = ["-n", at === "grants" ? "daypass-grants" : open[0]];
  await admin("patch", kind, objectName(grant), ...place, "--type=json", "-p", JSON.stringify([patch]));
  await ear.until("changed", (news) => news.grant === grant.id);

  expect(await clusters.inspect(grant)).toEqual({ why: "changedByHand", words });
  await ear.stop();
  await admin("delete", kind, objectName(grant), ...place, "--ignore-not-found");
  expect(await clusters.end(grant, 0)).toEqual({ refused: true });
});

test("an AccessGrant that something keeps from going is seen as going, in the list as well", async () => {
  const { clusters, admin } = real.current;
  const grant = await makeGrant(real.current);
  const finalizers = (value: readonly string[]) =>
    admin(
      "patch",
      "accessgrant",
      objectName(grant),
      "--type=merge",
      "-p",
      JSON.stringify({ metadata: { finalizers: value } }),
    );
  await finalizers(["example.com/keep"]);

  await admin("delete", "accessgrant", objectName(grant), "--wait=false");
  const ear = follow(real.current);
  const { all } = await ear.until("list");
  await ear.stop();

  const damage = { why: "changedByHand", words: "its AccessGrant is being removed by hand" };
  expect(await clusters.inspect(grant)).toEqual(damage);
  expect(all.find(({ held }) => held.id === grant.id)?.damage).toEqual(damage);
  await finalizers([]);
  expect(await clusters.end(grant, 0)).toEqual({ refused: true });
});

test("a grant whose timer has not completed yet has nothing wrong with it", async () => {
  const { clusters } = real.current;
  const grant = await newGrant(real.current);

  await clusters.make(grant);
  const damage = await clusters.inspect(grant);

  expect(damage).toBeNull();
  await expect.poll(() => clusters.timer(grant), { timeout: 5_000 }).toBe("armed");
  expect(await clusters.inspect(grant)).toBeNull();
  await clusters.end(grant, 0);
});

test("a grant that ends in another minute is not among those that are overdue: what is asked for is due", async () => {
  const { clusters, cluster, now } = real.current;
  const [soon, later] = [await makeGrant(real.current), await makeGrant(real.current, { end: now() + 1_800_000 })];

  const overdue = () => clusters.overdue(cluster, soon.end).then((all) => all.map(({ id }) => id));
  await expect.poll(overdue).toContain(soon.id);

  expect(await overdue()).not.toContain(later.id);
  await Promise.all([clusters.end(soon, 0), clusters.end(later, 0)]);
});
