import { afterAll, beforeAll, expect, test } from "vitest";
import { createGuardian, type Guardian } from "./guardian.ts";
import { attachKubernetes } from "./kubernetes/attached-kubernetes.ts";
import { type Kubernetes, startKubernetes } from "./kubernetes.ts";
import { findParts } from "./parts.ts";
import { waitUntil } from "./readiness.ts";

let guardian: Guardian;
let kubernetes: Kubernetes;

beforeAll(async () => {
  guardian = createGuardian();
  const parts = await findParts({ guardian, print: console.log });
  kubernetes = await startKubernetes({ guardian, parts, folder: guardian.folder });
}, 900_000);

afterAll(() => guardian.stop());

/** A timer as a grant has it: a Job that is complete at once and goes after its time, and an account that it owns. */
async function makeTimer(namespace: string, ttlSeconds: number): Promise<void> {
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "timer", namespace },
    spec: {
      completions: 0,
      parallelism: 0,
      ttlSecondsAfterFinished: ttlSeconds,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "none", image: "registry.example/none:1" }] } },
    },
  };
  const created = await kubernetes.kubectl(["create", "-f", "-", "-o", "jsonpath={.metadata.uid}"], {
    input: JSON.stringify(job),
  });
  expect(created.stderr).toBe("");
  const account = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: "timed",
      namespace,
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "timer", uid: created.stdout }],
    },
  };
  expect((await kubernetes.kubectl(["create", "-f", "-"], { input: JSON.stringify(account) })).code).toBe(0);
}

async function isGone(kind: string, name: string, namespace: string): Promise<boolean> {
  const { stderr } = await kubernetes.kubectl(["get", kind, name, "-n", namespace]);
  return stderr.includes("NotFound");
}

test("a pod on the node runs, and its log is read through the API server", async () => {
  await kubernetes.createNamespace("smoke-pods", { pods: ["web-1", "web-2"] });

  const pods = await kubernetes.kubectl(["get", "pods", "-n", "smoke-pods", "--no-headers"]);
  const logs = await kubernetes.kubectl(["logs", "web-1", "-n", "smoke-pods", "--tail=1"]);
  const exec = await kubernetes.kubectl(["exec", "web-2", "-n", "smoke-pods", "--", "echo", "from inside"]);

  expect(pods.stdout.match(/\bRunning\b/g)).toHaveLength(2);
  expect(logs).toMatchObject({ code: 0, stdout: "retrying payment for order 1044: upstream timeout\n" });
  expect(exec).toMatchObject({ code: 0, stdout: "from inside\n" });
});

test("the worker may bind a catalogue role in a grantable namespace, and in no other", async () => {
  await kubernetes.createNamespace("smoke-open", { grantable: true });
  await kubernetes.createNamespace("smoke-closed");
  const kubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
  const bind = (namespace: string) =>
    kubernetes.kubectl(
      ["create", "rolebinding", "x", "--clusterrole=daypass-profile-view", "--user=somebody", "-n", namespace],
      { kubeconfig },
    );

  const open = await bind("smoke-open");
  const closed = await bind("smoke-closed");

  expect(open.code).toBe(0);
  expect(closed.code).toBe(1);
  expect(closed.stderr).toContain("is forbidden");
});

test("a call is in the audit log before it is answered, and a token never is", async () => {
  await kubernetes.createNamespace("smoke-audit", { grantable: true });
  const kubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
  await kubernetes.kubectl(["delete", "rolebinding", "nobody", "-n", "smoke-audit"], { kubeconfig });

  const events = await kubernetes.readAudit();

  const deletion = events.find(({ verb, objectRef }) => verb === "delete" && objectRef?.name === "nobody");
  expect(deletion).toMatchObject({
    level: "RequestResponse",
    user: { username: "system:serviceaccount:daypass-system:worker" },
    responseStatus: { code: 404 },
  });
  const minting = events.filter(({ objectRef }) => objectRef?.subresource === "token");
  expect(minting.length).toBeGreaterThan(0);
  expect(minting.filter(({ level, responseObject }) => level !== "Metadata" || responseObject)).toEqual([]);
});

test("the stock controllers take a timer after its time, and the account that it owns", async () => {
  await kubernetes.createNamespace("smoke-timer");

  await makeTimer("smoke-timer", 2);

  expect(await isGone("serviceaccount", "timed", "smoke-timer")).toBe(false);
  const probe = () => isGone("serviceaccount", "timed", "smoke-timer");
  await waitUntil({ what: "The account goes with its timer", probe, timeoutMs: 16_000 });
}, 30_000);

test("without the TTL controller a timer stays, until the controllers are complete again", async () => {
  await kubernetes.createNamespace("smoke-broken");
  await kubernetes.startControllerManager({ without: ["ttl-after-finished-controller"] });
  await makeTimer("smoke-broken", 0);
  const completed = ["wait", "--for=condition=Complete", "--timeout=20s", "job/timer", "-n", "smoke-broken"];

  expect(await kubernetes.kubectl(completed)).toMatchObject({ code: 0 });
  const overdue = await waitUntil({
    what: "Gone",
    probe: () => isGone("job", "timer", "smoke-broken"),
    timeoutMs: 2000,
  }).then(
    () => "gone",
    () => "still there",
  );
  await kubernetes.startControllerManager();

  expect(overdue).toBe("still there");
  const probe = () => isGone("serviceaccount", "timed", "smoke-broken");
  await waitUntil({ what: "The account goes with its timer", probe, timeoutMs: 16_000 });
}, 60_000);

test("a controller that is to be left out must exist", async () => {
  await expect(kubernetes.startControllerManager({ without: ["ttl-after-finished"] })).rejects.toThrow(
    "There is no ttl-after-finished among the controllers to leave out",
  );
  await kubernetes.startControllerManager();
}, 30_000);

test("another process can use the control plane by its coordinates", async () => {
  const attached = attachKubernetes(JSON.parse(JSON.stringify(kubernetes.coordinates)));

  const { stdout } = await attached.kubectl(["get", "namespace", "daypass-grants", "-o", "name"]);

  expect(stdout).toBe("namespace/daypass-grants\n");
});

test("deleting all AccessGrants takes what they own in daypass-grants", async () => {
  const grant = {
    apiVersion: "daypass.dev/v1alpha1",
    kind: "AccessGrant",
    metadata: { name: "g-smoke-1" },
    spec: {
      request: "r1",
      requester: "ana",
      decidedBy: { kind: "approval", people: ["bo"] },
      cluster: "main",
      namespaces: ["smoke"],
      profile: "view",
      role: "daypass-profile-view",
      roleHash: `sha256:${"0".repeat(64)}`,
      expiresAt: "2030-01-01T00:00:00Z",
      subject: "system:serviceaccount:daypass-grants:g-smoke-1",
    },
  };
  const { stdout: uid, stderr } = await kubernetes.kubectl(["create", "-f", "-", "-o", "jsonpath={.metadata.uid}"], {
    input: JSON.stringify(grant),
  });
  expect(stderr).toBe("");
  const owned = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: "g-smoke-1",
      namespace: "daypass-grants",
      labels: { "daypass.dev/grant": "smoke" },
      ownerReferences: [{ apiVersion: "daypass.dev/v1alpha1", kind: "AccessGrant", name: "g-smoke-1", uid }],
    },
  };
  expect((await kubernetes.kubectl(["create", "-f", "-"], { input: JSON.stringify(owned) })).code).toBe(0);

  await kubernetes.deleteAllAccessGrants();

  expect(await isGone("serviceaccount", "g-smoke-1", "daypass-grants")).toBe(true);
  expect((await kubernetes.kubectl(["get", "accessgrants", "-o", "name"])).stdout).toBe("");
}, 60_000);
