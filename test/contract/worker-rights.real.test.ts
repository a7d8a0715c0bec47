import { beforeAll, describe, expect, test } from "vitest";
import { accessGrant, objectName } from "../../src/provisioner/objects.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { newGrant } from "./clusters.contract.ts";
import { useRealClusters } from "./real-clusters.ts";

const kubernetes = useKubernetes();
const real = useRealClusters(kubernetes, "rights");

describe("the worker's credential", () => {
  beforeAll(async () => {
    await real.current.admin("create", "secret", "generic", "treasure", "-n", "daypass-grants");
    await real.current.admin("create", "secret", "generic", "treasure", "-n", "rights-a");
  });

  const binding = ["create", "rolebinding", "stolen", "--serviceaccount=daypass-grants:default"];
  test.each([
    ["bind the built-in edit", [...binding, "-n", "rights-a", "--clusterrole=edit"]],
    ["bind cluster-admin", [...binding, "-n", "rights-a", "--clusterrole=cluster-admin"]],
    [
      "bind a catalogue role where nobody opened",
      [...binding, "-n", "rights-closed", "--clusterrole=daypass-profile-view"],
    ],
    ["bind in its own namespace", [...binding, "-n", "daypass-system", "--clusterrole=daypass-profile-view"]],
    ["bind in kube-system", [...binding, "-n", "kube-system", "--clusterrole=daypass-profile-view"]],
    [
      "bind for the whole cluster",
      ["create", "clusterrolebinding", "stolen", "--clusterrole=daypass-profile-view", "--user=x"],
    ],
    ["write a role", ["create", "role", "stolen", "-n", "rights-a", "--verb=get", "--resource=pods"]],
    ["widen the catalogue", ["patch", "clusterrole", "daypass-profile-view", "-p", "{}"]],
    ["change a binding", ["patch", "rolebinding", "daypass-worker-target", "-n", "rights-a", "-p", "{}"]],
    ["read a Secret among the grants", ["get", "secret", "treasure", "-n", "daypass-grants"]],
    ["list the Secrets among the grants", ["get", "secrets", "-n", "daypass-grants"]],
    ["watch the Secrets among the grants", ["get", "secrets", "-n", "daypass-grants", "--watch-only"]],
    ["delete a timer", ["delete", "job", "none-of-this-name", "-n", "daypass-grants"]],
    ["look at the ServiceAccounts of an opened namespace", ["get", "serviceaccounts", "-n", "rights-a"]],
    ["look at the Jobs of an opened namespace", ["get", "jobs", "-n", "rights-a"]],
    ["list the namespaces", ["get", "namespaces"]],
    ["delete a namespace", ["delete", "namespace", "rights-a"]],
    ["read a Secret of an opened namespace", ["get", "secret", "treasure", "-n", "rights-a"]],
    ["delete a Secret of an opened namespace", ["delete", "secret", "treasure", "-n", "rights-a"]],
    ["mint a token for itself", ["create", "token", "worker", "-n", "daypass-system"]],
    ["mint a token of an opened namespace", ["create", "token", "default", "-n", "rights-a"]],
    ["run a pod", ["run", "stolen", "--image=x", "-n", "daypass-grants"]],
    ["look at pods", ["get", "pods", "-n", "rights-a"]],
    ["be somebody else", ["get", "pods", "-n", "rights-a", "--as=workbench-admin"]],
    ["touch admission policies", ["get", "validatingadmissionpolicies"]],
  ])("P8 · cannot %s", async (_, args) => {
    const { code, stderr } = await kubernetes.kubectl(args, { kubeconfig: real.current.workerKubeconfig });

    expect(stderr).toMatch(/forbidden/i);
    expect(code).not.toBe(0);
  });
});

describe("an AccessGrant", () => {
  test("P6 · is refused by the cluster itself where an approval is the requester's own, or nobody's", async () => {
    const { create } = real.current;
    const grant = await newGrant(real.current);
    const decided = (kind: "approval" | "policy" | "breakGlass", people: string[]) =>
      create(accessGrant({ ...grant, decidedBy: { kind, people } }));

    await expect(decided("approval", ["mia"])).rejects.toThrow("nobody approves their own request");
    await expect(decided("approval", ["ada", "mia"])).rejects.toThrow("nobody approves their own request");
    await expect(decided("approval", [])).rejects.toThrow("an approval names at least one person");
    await expect(decided("policy", ["ada"])).rejects.toThrow("what the policy itself allows names nobody");
    await expect(decided("breakGlass", [])).rejects.toThrow("an emergency names the requester");
    await expect(decided("breakGlass", ["ada"])).rejects.toThrow("an emergency names the requester");
    await expect(decided("breakGlass", ["mia", "ada"])).rejects.toThrow("an emergency names the requester");
    for (const [kind, people] of [
      ["policy", []],
      ["breakGlass", ["mia"]],
    ] as const) {
      expect((await decided(kind, [...people])).metadata.name).toBe(objectName(grant));
      await real.current.admin("delete", "accessgrant", objectName(grant));
    }
  });

  test("never changes, not by the worker either, and stands for the one identity of its name", async () => {
    const { admin, create } = real.current;
    const grant = await newGrant(real.current);
    const wanted = accessGrant(grant);
    const later = { spec: { expiresAt: new Date(grant.end + 60_000).toISOString() } };

    const other = create({
      ...wanted,
      spec: { ...wanted.spec, subject: "system:serviceaccount:daypass-grants:other" },
    });
    await expect(other).rejects.toThrow("the subject is the ServiceAccount in daypass-grants");
    await create(wanted);
    const longer = admin("patch", "accessgrant", objectName(grant), "--type=merge", "-p", JSON.stringify(later));

    await expect(longer).rejects.toThrow("a grant never changes");
    const marking = ["annotate", "accessgrant", objectName(grant), "longer=please"];
    const { stderr } = await kubernetes.kubectl(marking, { kubeconfig: real.current.workerKubeconfig });
    expect(stderr).toMatch(/forbidden/i);
    await admin("delete", "accessgrant", objectName(grant));
  });

  test("says who, what, where, until when and by whose leave", async () => {
    const { admin, create, open } = real.current;
    const grant = await newGrant(real.current);
    await create(accessGrant(grant));

    const table = await admin("get", "accessgrants", objectName(grant));

    expect(table).toMatch(/NAME\s+WHO\s+WHAT\s+WHERE\s+UNTIL\s+LEAVE\s+BY/);
    expect(table).toContain("mia");
    expect(table).toContain("logs");
    expect(table).toContain(open[0]);
    expect(table).toContain(new Date(grant.end).toISOString());
    expect(table).toMatch(/approval\s+\["ada"\]/);
    await admin("delete", "accessgrant", objectName(grant));
  });
});

test("in daypass-grants no pod can be made, by anybody", async () => {
  const { stderr } = await kubernetes.kubectl(["run", "pod", "--image=x", "-n", "daypass-grants"]);

  expect(stderr).toMatch(/forbidden/i);
});
