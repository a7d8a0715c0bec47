import { CompactEncrypt, importJWK } from "jose";
import { expect, test } from "vitest";
import type { SealingKey } from "../workflows/ports.ts";
import { createSeal } from "./seal.ts";

/** As the worker seals. */
async function seal(credential: object, key: SealingKey): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(credential)))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", kid: String(key.kid) })
    .encrypt(await importJWK(key, "ECDH-ES"));
}

const CREDENTIAL = {
  kubeconfig: "apiVersion: v1\n",
  fileName: "daypass-prod.yaml",
  tryFirst: "kubectl get pods",
  expiresAt: 1_780_315_200_000,
};

test("what the worker seals to this key, this process opens", async () => {
  const mine = await createSeal("delivery-1");

  await expect(mine.open(await seal(CREDENTIAL, mine.publicKey))).resolves.toEqual(CREDENTIAL);
});

test("P4 · the key that travels is public alone, and the other half cannot be taken out", async () => {
  const { publicKey } = await createSeal("delivery-1");

  expect(Object.keys(publicKey).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

test("what was sealed for another delivery or to another key is not opened", async () => {
  const [mine, other] = [await createSeal("delivery-1"), await createSeal("delivery-2")];
  const renamed = { ...mine.publicKey, kid: "delivery-2" };

  await expect(mine.open(await seal(CREDENTIAL, renamed))).rejects.toThrow("another delivery");
  await expect(mine.open(await seal(CREDENTIAL, other.publicKey))).rejects.toThrow();
});

test("what is no credential is not shown", async () => {
  const mine = await createSeal("delivery-1");
  const strange = { ...CREDENTIAL, fileName: "../../.kube/config" };

  await expect(mine.open(await seal(strange, mine.publicKey))).rejects.toThrow();
});
