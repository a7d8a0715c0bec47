/** What people do to a grant's objects by hand while it runs: each ends it cleanly, with its reason. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GRANTS_NAMESPACE, objectName } from "../../src/provisioner/objects.ts";
import type { EndReason } from "../../src/workflows/grant.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { useWorkerStage } from "./worker-stage.ts";
import type { Approved, Wish } from "./worker-stage-desk.ts";

const [NAMESPACE, OTHER, DOOMED] = ["mid-grant-a", "mid-grant-b", "mid-grant-doomed"] as const;
const kubernetes = useKubernetes();
const stage = useWorkerStage(async () => {
  for (const namespace of [NAMESPACE, OTHER, DOOMED]) {
    await kubernetes.createNamespace(namespace, { grantable: true });
  }
  return { kubernetes, namespaces: [NAMESPACE, OTHER, DOOMED] };
});
beforeAll(async () => {
  await stage.current.installation.startWorker();
});
/** The catalogue is shared with other files. */
afterAll(async () => {
  const catalogue = readFileSync(join(import.meta.dirname, "../../deploy/cluster/catalogue.yaml"), "utf8");
  await kubectl(["apply", "-f", "-"], catalogue);
});

async function kubectl(args: readonly string[], input = ""): Promise<void> {
  const { code, stderr } = await kubernetes.kubectl(args, { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
}

interface Deed {
  readonly what: string;
  readonly lent: Omit<Wish, "seconds">;
  readonly why: EndReason;
  act(grant: Approved): Promise<void>;
}

const here = { namespaces: [NAMESPACE] };
const inGrants = ["-n", GRANTS_NAMESPACE, "--cascade=background", "--wait=false"];

const deeds: readonly Deed[] = [
  {
    what: "P9 · the role's rules are changed",
    ...{ lent: { ...here, profile: "view" }, why: "roleChanged" },
    act: () =>
      kubectl([
        ...["patch", "clusterrole", "daypass-profile-view", "--type=json"],
        ...["-p", '[{"op":"add","path":"/rules/0/resources/-","value":"secrets"}]'],
      ]),
  },
  {
    what: "P7 · the role is deleted",
    ...{ lent: { ...here, profile: "restart" }, why: "roleChanged" },
    act: () => kubectl(["delete", "clusterrole", "daypass-profile-restart"]),
  },
  {
    what: "P7 · one of its namespaces is deleted",
    ...{ lent: { namespaces: [NAMESPACE, DOOMED] }, why: "namespaceDeleted" },
    act: () => kubectl(["delete", "namespace", DOOMED, "--wait=false"]),
  },
  {
    what: "P7 · somebody else is put into its binding",
    ...{ lent: here, why: "changedByHand" },
    act: (grant) =>
      kubectl([
        ...["patch", "rolebinding", objectName(grant), "-n", NAMESPACE, "--type=json", "-p"],
        '[{"op":"add","path":"/subjects/-","value":{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"eve"}}]',
      ]),
  },
  {
    what: "P7 · its binding in one of two namespaces is deleted",
    ...{ lent: { namespaces: [NAMESPACE, OTHER] }, why: "changedByHand" },
    act: (grant) => kubectl(["delete", "rolebinding", objectName(grant), "-n", OTHER]),
  },
  {
    what: "P7 · its ServiceAccount is deleted",
    ...{ lent: here, why: "changedByHand" },
    act: (grant) => kubectl(["delete", "serviceaccount", objectName(grant), ...inGrants]),
  },
  {
    what: "P7 · its timer is deleted",
    ...{ lent: here, why: "changedByHand" },
    act: (grant) => kubectl(["delete", "job", objectName(grant), ...inGrants]),
  },
  {
    what: "P7 · its AccessGrant is deleted",
    ...{ lent: here, why: "changedByHand" },
    act: (grant) => kubectl(["delete", "accessgrant", objectName(grant), "--cascade=background", "--wait=false"]),
  },
];

test.each(deeds)(
  "$what: the grant ends everywhere and says so",
  async ({ lent, why, act }) => {
    const { desk, probes } = stage.current;
    const approved = await desk.lend({ ...lent, seconds: 300 });
    await desk.untilArmed(approved.id);
    const holder = await probes.hold(approved);

    await act(approved);
    const ended = await desk.untilEnded(approved.id, 20_000);

    expect(ended.ending).toMatchObject({ why, by: null });
    expect(ended.ending.words).toMatch(/\S/);
    expect(ended.refusedAt).toBeLessThan(approved.end);
    for (const namespace of approved.namespaces) expect(await holder.look(namespace)).toBeGreaterThanOrEqual(401);
    await expect.poll(() => probes.isThere(approved), { timeout: 5_000 }).toBe(false);
  },
  40_000,
);
