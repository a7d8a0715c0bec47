import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { ACCESS_GRANTS } from "../../src/provisioner/access-grant.ts";
import { mintToken } from "../../src/provisioner/anchored-token.ts";
import type { Connection } from "../../src/provisioner/connections.ts";
import * as objects from "../../src/provisioner/objects.ts";
import { askAbout, askItself } from "../../src/provisioner/proof.ts";
import type { Held } from "../../src/workflows/ports.ts";
import {
  accountOf,
  BACKGROUND,
  bindingOf,
  GRANTS,
  type KubernetesUnderTest,
  NOT_FOUND,
  newHeld,
  refusalOf,
} from "./kubernetes-api.contract.ts";

const LOGS = { verb: "get", group: "", resource: "pods", subresource: "log" };
/** The authenticator remembers a success for ten seconds. */
const DEAD = { timeout: 12_000, interval: 500 };

/** As `describeKubernetesApi`: what goes by itself, and when tokens die. */
export function describeLifetimes(name: string, setup: () => Promise<KubernetesUnderTest>): void {
  describe(`${name}: owners and timers`, () => {
    test("an AccessGrant that is deleted takes its binding, its timer and what that owns", async () => {
      const { worker, open } = await setup();
      const grant = newHeld();
      const name = objects.objectName(grant);
      const { owner, timer } = await intend(worker, grant);
      const bound = bindingOf(grant, open, [ownerRef("AccessGrant", owner)]);
      await worker.core.createNamespacedServiceAccount({
        namespace: GRANTS,
        body: objects.serviceAccount(grant, timer),
      });
      await worker.rbac.createNamespacedRoleBinding({ namespace: open, body: bound });

      await worker.custom.deleteClusterCustomObject({ ...ACCESS_GRANTS, name, body: BACKGROUND });

      for (const reading of [
        () => worker.batch.readNamespacedJob({ namespace: GRANTS, name }),
        () => worker.core.readNamespacedServiceAccount({ namespace: GRANTS, name }),
        () => worker.rbac.readNamespacedRoleBinding({ namespace: open, name }),
      ]) {
        await expect.poll(() => refusalOf(reading()), { timeout: 10_000 }).toEqual(NOT_FOUND);
      }
    });

    test("what is made of an owner that is gone is collected; of two owners, one is enough to stay", async () => {
      const { worker } = await setup();
      const [grant, late] = [newHeld(), newHeld()];
      const { owner, timer } = await intend(worker, grant);
      const gone = ownerRef("Job", { name: timer.name, uid: "11111111-1111-1111-1111-111111111111" });
      const both = accountOf(grant, [ownerRef("Job", timer), gone]);
      await worker.core.createNamespacedServiceAccount({ namespace: GRANTS, body: both });
      await worker.core.createNamespacedServiceAccount({ namespace: GRANTS, body: accountOf(late, [gone]) });

      const reading = (one: Held) =>
        refusalOf(worker.core.readNamespacedServiceAccount({ namespace: GRANTS, name: objects.objectName(one) }));
      await expect.poll(() => reading(late), { timeout: 10_000 }).toEqual(NOT_FOUND);
      expect(await reading(grant)).toBeNull();
      await worker.custom.deleteClusterCustomObject({ ...ACCESS_GRANTS, name: owner.name, body: BACKGROUND });
    });

    test("a Job deleted without a word about what it owns leaves that behind", async () => {
      const { worker, admin } = await setup();
      const grant = newHeld();
      const at = { namespace: GRANTS, name: objects.objectName(grant) };
      const { timer } = await intend(worker, grant);
      await worker.core.createNamespacedServiceAccount({
        namespace: GRANTS,
        body: objects.serviceAccount(grant, timer),
      });

      await admin.remove({ plural: "jobs", ...at });

      const reading = () => refusalOf(worker.batch.readNamespacedJob(at));
      await expect.poll(reading, { timeout: 10_000 }).toEqual(NOT_FOUND);
      const owners = async () => (await worker.core.readNamespacedServiceAccount(at)).metadata?.ownerReferences ?? [];
      await expect.poll(owners, { timeout: 10_000 }).toEqual([]);
      await worker.core.deleteNamespacedServiceAccount(at);
      await admin.remove({ plural: "accessgrants", name: at.name });
    });

    test("a Job of no pods is completed at once, and at its time is gone with what it owns", async () => {
      const { worker, admin } = await setup();
      const grant = newHeld();
      const at = { namespace: GRANTS, name: objects.objectName(grant) };
      // Three seconds from now, as a timer that is made late is.
      const { timer } = await intend(worker, grant, grant.end - 2_000);
      await worker.core.createNamespacedServiceAccount({
        namespace: GRANTS,
        body: objects.serviceAccount(grant, timer),
      });

      const completed = async () => (await worker.batch.readNamespacedJob(at)).status?.completionTime;
      await expect.poll(completed, { timeout: 5_000, interval: 20 }).toBeInstanceOf(Date);
      expect((await admin.read({ plural: "jobs", ...at })).metadata.generation).toBe(1);

      const reading = () => refusalOf(worker.core.readNamespacedServiceAccount(at));
      await expect.poll(reading, { timeout: 15_000 }).toEqual(NOT_FOUND);
      await admin.remove({ plural: "accessgrants", name: at.name });
    });
  });

  describe(`${name}: tokens`, () => {
    test("a token is of the account and the Secret that were meant, and lives ten minutes or more", async () => {
      const { worker, admin } = await setup();
      const { grant, account, anchor } = await identity(worker, 1);
      const mint = (changes: object) =>
        refusalOf(mintToken(worker, { ...{ access: grant, account, anchor, seconds: 600 }, ...changes }));
      const other = { ...anchor.owner, uid: "another" };

      expect(await mint({ seconds: 599 })).toEqual({ code: 422, reason: "Invalid" });
      expect(await mint({ account: { ...account, uid: "another" } })).toEqual({ code: 409, reason: "Conflict" });
      expect(await mint({ anchor: { n: 1, owner: other } })).toEqual({ code: 409, reason: "Conflict" });
      expect(await mint({ anchor: { n: 2, owner: { ...other, name: "none" } } })).toEqual(NOT_FOUND);
      const { token, exp } = await mintToken(worker, { access: grant, account, anchor, seconds: 700 });

      const claims = decodeJwt(token);
      expect(claims.jti).toMatch(/./);
      expect((claims.exp ?? 0) * 1000).toBe(exp);
      expect(exp - Date.now()).toBeGreaterThan(690_000);
      await end(admin, grant);
    });

    test("a token may what its bindings allow, and no longer than they are there", async () => {
      const { worker, admin, open, closed, access } = await setup();
      const { grant, token } = await lent(worker, open);
      await expect.poll(() => access(token, open)).toBe(200);

      expect(await access(token, closed)).toBe(403);
      expect(await askItself(worker.asBearer(token), { namespace: open, cell: LOGS })).toBe("yes");
      expect(await askAbout(worker.authorization, objects.objectName(grant), { namespace: open, cell: LOGS })).toBe(
        true,
      );
      await worker.cutting.deleteNamespacedRoleBinding({ namespace: open, name: objects.objectName(grant) });

      await expect.poll(() => access(token, open), { timeout: 1_000, interval: 20 }).toBe(403);
      expect(await askItself(worker.asBearer(token), { namespace: open, cell: LOGS })).toBe("no");
      await end(admin, grant);
    });

    test("a Secret that is deleted ends the token that is bound to it and no other", async () => {
      const { worker, admin, open, access } = await setup();
      const { grant, account, token, timer } = await lent(worker, open);
      const secret = objects.anchorSecret(grant, 2, timer);
      const { metadata } = await worker.core.createNamespacedSecret({ namespace: GRANTS, body: secret });
      const second = { n: 2, owner: { name: objects.anchorName(grant, 2), uid: metadata?.uid ?? "" } };
      const other = await mintToken(worker, { access: grant, account, anchor: second, seconds: 600 });
      await expect.poll(() => access(token, open)).toBe(200);

      const name = objects.anchorName(grant, 1);
      await worker.core.deleteNamespacedSecret({ namespace: GRANTS, name, body: BACKGROUND });

      await expect.poll(() => access(token, open), DEAD).toBe(401);
      expect(await access(other.token, open)).toBe(200);
      await end(admin, grant);
    });

    test("an account that is deleted ends its tokens for good, whoever has its name later", async () => {
      const { worker, admin, open, access } = await setup();
      const { grant, token, timer } = await lent(worker, open);
      const name = objects.objectName(grant);
      await expect.poll(() => access(token, open)).toBe(200);

      await worker.core.deleteNamespacedServiceAccount({ namespace: GRANTS, name, body: BACKGROUND });
      await worker.core.createNamespacedServiceAccount({
        namespace: GRANTS,
        body: objects.serviceAccount(grant, timer),
      });

      await expect.poll(() => access(token, open), DEAD).toBe(401);
      await end(admin, grant);
    });
  });
}

function ownerRef(kind: "AccessGrant" | "Job", { name, uid }: objects.Owner) {
  return { apiVersion: kind === "Job" ? "batch/v1" : "daypass.dev/v1alpha1", kind, name, uid };
}

/** Makes a grant's AccessGrant and its timer. */
async function intend(worker: Connection, grant: Held, now = Date.now()) {
  const name = objects.objectName(grant);
  const made: unknown = await worker.custom.createClusterCustomObject({
    ...{ ...ACCESS_GRANTS, body: objects.accessGrant(grant) },
  });
  const owner = { name, uid: (made as { metadata: { uid: string } }).metadata.uid };
  const body = objects.timerJob(grant, owner, now);
  const { metadata } = await worker.batch.createNamespacedJob({ namespace: GRANTS, body });
  return { owner, timer: { name, uid: metadata?.uid ?? "" } };
}

/** Makes a grant's identity as well, and the Secret of a delivery. */
async function identity(worker: Connection, n: number) {
  const grant = newHeld();
  const name = objects.objectName(grant);
  const { owner, timer } = await intend(worker, grant);
  const body = objects.serviceAccount(grant, timer);
  const account = await worker.core.createNamespacedServiceAccount({ namespace: GRANTS, body });
  const secret = await worker.core.createNamespacedSecret({
    ...{ namespace: GRANTS, body: objects.anchorSecret(grant, n, timer) },
  });
  const anchor = { n, owner: { name: objects.anchorName(grant, n), uid: secret.metadata?.uid ?? "" } };
  return { grant, owner, timer, account: { name, uid: account.metadata?.uid ?? "" }, anchor };
}

/** Makes all of a grant in one namespace, and its first token. */
async function lent(worker: Connection, namespace: string) {
  const made = await identity(worker, 1);
  const body = bindingOf(made.grant, namespace, [ownerRef("AccessGrant", made.owner)]);
  await worker.rbac.createNamespacedRoleBinding({ namespace, body });
  const { token } = await mintToken(worker, { ...made, access: made.grant, seconds: 600 });
  return { ...made, token };
}

async function end(admin: KubernetesUnderTest["admin"], grant: Held): Promise<void> {
  await admin.remove({ plural: "accessgrants", name: objects.objectName(grant) }, BACKGROUND);
}
