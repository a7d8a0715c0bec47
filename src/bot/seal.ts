import { compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { z } from "zod";
import type { SealingKey } from "../workflows/ports.ts";

/** What the worker seals. */
const Opened = z.strictObject({
  kubeconfig: z.string().min(1).max(60_000),
  fileName: z.string().regex(/^[\w.-]{1,120}$/),
  tryFirst: z.string().min(1).max(1_000),
  /** Epoch milliseconds: until when the API server honours it. */
  expiresAt: z.number().int().positive(),
});
type Opened = z.infer<typeof Opened>;

/** A one-use seal: what is sealed to the public key can be opened here alone, for as long as this object lives. */
export interface Seal {
  readonly publicKey: SealingKey;
  /** Takes a compact JWE; returns what was sealed, or throws. */
  open(sealed: string): Promise<Opened>;
}

/** Takes the delivery's id, which the JWE must carry as `kid`; returns a new seal. Its private half cannot be exported. */
export async function createSeal(id: string): Promise<Seal> {
  const { publicKey, privateKey } = await generateKeyPair("ECDH-ES", { crv: "P-256", extractable: false });
  return {
    publicKey: { ...(await exportJWK(publicKey)), kid: id, alg: "ECDH-ES", use: "enc" },
    open: async (sealed) => {
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey, {
        keyManagementAlgorithms: ["ECDH-ES"],
        contentEncryptionAlgorithms: ["A256GCM"],
      });
      if (protectedHeader.kid !== id) throw new Error("sealed for another delivery");
      return Opened.parse(JSON.parse(new TextDecoder().decode(plaintext)));
    },
  };
}
