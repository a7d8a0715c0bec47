/** Tokens of a grant's identity, each bound to a Secret of its own, so that each can be ended alone. */
import type { Access } from "../workflows/ports.ts";
import { statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { anchorName, anchorSecret, GRANTS_NAMESPACE, type Owner, objectName } from "./objects.ts";

/** The Secret that a token is bound to: deleting it ends the token. */
export interface Anchor {
  readonly n: number;
  readonly owner: Owner;
}

/** Takes a delivery's number and the grant's timer; makes the Secret. Throws (409) where the number was used before. */
export async function makeAnchor(cluster: Connection, access: Access, n: number, timer: Owner): Promise<Anchor> {
  const { metadata } = await cluster.core.createNamespacedSecret({
    namespace: GRANTS_NAMESPACE,
    body: anchorSecret(access, n, timer),
  });
  return { n, owner: { name: anchorName(access, n), uid: metadata?.uid ?? "" } };
}

/**
 * Takes an anchor, the identity's uid and seconds (at least 600, else the API server refuses); returns a token for
 * it and the moment it ends by the API server's word, which may be earlier than asked for.
 */
export async function mintToken(
  cluster: Connection,
  { access, account, anchor, seconds }: { access: Access; account: Owner; anchor: Anchor; seconds: number },
): Promise<{ readonly token: string; readonly exp: number }> {
  const { status } = await cluster.core.createNamespacedServiceAccountToken({
    namespace: GRANTS_NAMESPACE,
    name: objectName(access),
    body: {
      // With the uid, a re-created account of the same name is never minted for.
      metadata: { uid: account.uid },
      spec: {
        audiences: [],
        expirationSeconds: seconds,
        boundObjectRef: { apiVersion: "v1", kind: "Secret", name: anchor.owner.name, uid: anchor.owner.uid },
      },
    },
  });
  if (status?.token === undefined || status.expirationTimestamp === undefined) {
    throw new Error("the API server answered a token request without a token");
  }
  return { token: status.token, exp: status.expirationTimestamp.getTime() };
}

/**
 * Takes a delivery's number (and the Secret's uid, where it is known); deletes its Secret, which ends its token within
 * the API server's 10 s of cache. A missing one is success.
 */
export async function endToken(cluster: Connection, access: Access, n: number, uid?: string): Promise<void> {
  try {
    await cluster.core.deleteNamespacedSecret({
      namespace: GRANTS_NAMESPACE,
      name: anchorName(access, n),
      body: { propagationPolicy: "Background", ...(uid === undefined ? {} : { preconditions: { uid } }) },
    });
  } catch (error) {
    if (statusCode(error) !== 404) throw error;
  }
}
