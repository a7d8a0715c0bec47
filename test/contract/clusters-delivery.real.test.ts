import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { anchorName, objectName, userName } from "../../src/provisioner/objects.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { handOver, newGrant } from "./clusters.contract.ts";
import { useRealClusters } from "./real-clusters.ts";

const kubernetes = useKubernetes();
const real = useRealClusters(kubernetes, "delivery");

test("kubectl works with what is shown, and is refused the rest", async () => {
  const { clusters, open } = real.current;
  await kubernetes.createNamespace("delivery-shop", { grantable: true, pods: ["api-0"] });
  const grant = await newGrant(real.current, { namespaces: ["delivery-shop", open[0]] });
  await clusters.make(grant);
  const { kubeconfig, fileName, tryFirst } = await handOver(clusters, grant, 1);
  const file = join(kubernetes.coordinates.folder, fileName);
  await writeFile(file, kubeconfig, { mode: 0o600 });

  const shown = await kubernetes.kubectl(tryFirst.split(" ").slice(3), { kubeconfig: file });
  const log = await kubernetes.kubectl(["logs", "api-0"], { kubeconfig: file });
  const secrets = await kubernetes.kubectl(["get", "secrets"], { kubeconfig: file });
  const deletion = await kubernetes.kubectl(["delete", "pod", "api-0"], { kubeconfig: file });

  expect(shown.stdout).toContain("api-0");
  expect(log).toMatchObject({ code: 0, stdout: expect.stringMatching(/\S/) });
  expect(secrets.stderr).toContain("Forbidden");
  expect(deletion.stderr).toContain("Forbidden");
  await clusters.end(grant, 0);
});

test("P4 · a token's bytes are nowhere in the audit log; its name is, with the one it was minted for", async () => {
  const { clusters, open, ask } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);
  const { kubeconfig } = await handOver(clusters, grant, 1);
  const token: string = parse(kubeconfig).users[0].user.token;
  await ask(kubeconfig, open[0]);

  const log = await readFile(kubernetes.auditLog, "utf8");

  for (const part of token.split(".").slice(1)) expect(log).not.toContain(part);
  const uses = (await kubernetes.readAudit()).filter(({ user }) =>
    user.extra?.["authentication.kubernetes.io/credential-id"]?.includes(`JTI=${decodeJwt(token).jti}`),
  );
  expect(uses.map(({ user }) => user.username)).toEqual([userName(objectName(grant))]);
  await clusters.end(grant, 0);
});

test("P1 · a token ends by itself with the grant, and never asks for less than the API server mints", async () => {
  const { clusters } = real.current;
  const [long, short] = [await newGrant(real.current), await newGrant(real.current, { end: Date.now() + 120_000 })];
  await Promise.all([clusters.make(long), clusters.make(short)]);

  const exp = async (grant: typeof long) => {
    const { kubeconfig, expiresAt } = await handOver(clusters, grant, 1);
    return { expiresAt, exp: (decodeJwt(parse(kubeconfig).users[0].user.token).exp ?? 0) * 1000 };
  };
  const [one, other] = [await exp(long), await exp(short)];

  // The API server honours a token for 60 s after its exp.
  expect(one.exp + 60_000).toBeLessThanOrEqual(long.end);
  expect(one.exp + 60_000).toBeGreaterThan(long.end - 3_000);
  expect(other.exp).toBeLessThanOrEqual(Date.now() + 600_000);
  expect(other.expiresAt).toBe(short.end);
  await clusters.end(long, 0);
  await clusters.end(short, 0);
});

test("P4 · where sealing fails, the token that was made for it is ended", async () => {
  const { clusters, admin } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);

  await expect(clusters.deliver(grant, 1, { kty: "EC", crv: "P-256", x: "no", y: "key" })).rejects.toThrow();

  const anchors = await admin(
    "get",
    "secrets",
    "-n",
    "daypass-grants",
    "-l",
    `daypass.dev/grant=${grant.id}`,
    "-o",
    "name",
  );
  expect(anchors).toBe("");
  expect(await clusters.deliver(grant, 1, { kty: "EC" }).catch(() => "failed again")).toBe("failed again");
  await clusters.end(grant, 0);
});

test("each delivery hangs on the timer, so that it goes even where nobody remembers its number", async () => {
  const { clusters, objectsOf } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);
  await handOver(clusters, grant, 3);

  const [all, name] = [await objectsOf(grant.id), anchorName(grant, 3)];

  const timer = all.find(({ kind }) => kind === "Job")?.metadata.uid;
  const anchors = all.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata);
  expect(anchors).toMatchObject([{ name, ownerReferences: [{ kind: "Job", uid: timer }] }]);
  await clusters.end(grant, 0);
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});
