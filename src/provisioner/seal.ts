import { CompactEncrypt, importJWK } from "jose";
import type { Millis } from "../workflows/person.ts";
import type { SealingKey } from "../workflows/ports.ts";

/** What a grantee's click is answered with. */
export interface Credential {
  readonly kubeconfig: string;
  readonly fileName: string;
  /** A command that works as it is, once the kubeconfig is saved under `fileName`. */
  readonly tryFirst: string;
  /** Until when the API server honours it. */
  readonly expiresAt: Millis;
}

/** Takes a credential and a one-use public key; returns what only the private half opens. */
export type Seal = (credential: Credential, key: SealingKey) => Promise<string>;

/**
 * Takes a credential and a one-use public key (JWK, EC P-256); returns it as a compact JWE that only the private half
 * opens, with the key's `kid`.
 */
export async function seal(credential: Credential, key: SealingKey): Promise<string> {
  const kid = typeof key.kid === "string" ? { kid: key.kid } : {};
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(credential)))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", ...kid })
    .encrypt(await importJWK(key, "ECDH-ES"));
}
