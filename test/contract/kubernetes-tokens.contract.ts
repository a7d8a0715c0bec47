import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { mintToken } from "../../src/provisioner/anchored-token.ts";
import type { Connection } from "../../src/provisioner/connections.ts";
import * as objects from "../../src/provisioner/objects.ts";
import { askAbout, askItself } from "../../src/provisioner/proof.ts";
import type { Held } from "../../src/workflows/ports.ts";
import {
  BACKGROUND,
  bindingOf,
  GRANTS,
  type KubernetesUnderTest,
  NOT_FOUND,
  newHeld,
  refusalOf,
} from "./kubernetes-api.contract.ts";
import { intend, ownerRef } from "./kubernetes-owners.contract.ts";

const LOGS = { verb: "get", group: "", resource: "pods", subresource: "log" };
/** The authenticator remembers a success for ten seconds. */
const DEAD = { timeout: 12_000, interval: 500 };

/** As `describeKubernetesApi`: what a token may, and when it dies. */
export function describeTokens(name: string, setup: () => Promise<KubernetesUnderTest>): void {
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
