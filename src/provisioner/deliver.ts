import { readFile } from "node:fs/promises";
import { decodeJwt } from "jose";
import type { Lent } from "../workflows/grant.ts";
import type { Millis } from "../workflows/person.ts";
import type { Access } from "../workflows/ports.ts";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { isOurs } from "./adopt.ts";
import { type Anchor, endToken, makeAnchor, mintToken } from "./anchored-token.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { fileName, kubeconfig } from "./kubeconfig.ts";
import { GRANTS_NAMESPACE, type Owner, objectName } from "./objects.ts";
import type { Credential } from "./seal.ts";

/** The API server mints nothing shorter. */
const SHORTEST_SECONDS = 600;
/** The API server honours a token this long after its `exp`, so it is asked to end this much earlier. */
const LEEWAY_SECONDS = 60;

/** Seals a credential to the key of whoever clicked. */
type SealIt = (credential: Credential) => Promise<string>;

/**
 * Takes a grant, a delivery's number, what seals to the grantee's one-use key, and the time; mints a token for this
 * delivery, ends all earlier ones, and returns a kubeconfig sealed to the key, with the token's name in the audit log.
 * `taken` where the number was used before. Where anything fails after the token was made, the token is ended before
 * this throws.
 */
export async function deliverAccess(
  cluster: Connection,
  { grant, n, seal, now }: { grant: Lent; n: number; seal: SealIt; now: Millis },
): Promise<{ readonly sealed: string; readonly jti: string } | "taken"> {
  try {
    const { account, timer } = await findIdentity(cluster, grant);
    const anchor = await anchorDelivery(cluster, grant, n, timer);
    if (anchor === "taken") return anchor;
    try {
      return await mintAndSeal(cluster, { grant, account, anchor, seal, now });
    } catch (error) {
      await endToken(cluster, grant, n, anchor.owner.uid);
      throw error;
    }
  } catch (error) {
    throw asTrouble(cluster.id, "hand over the credential", error);
  }
}

/** Takes a grant and a delivery's number; ends that delivery alone. A missing one is success. */
export async function endDelivery(cluster: Connection, access: Access, n: number): Promise<void> {
  try {
    await endToken(cluster, access, n);
  } catch (error) {
    throw asTrouble(cluster.id, "end a delivery", error);
  }
}

/** The identity, and its owner the timer, which is to own the delivery's Secret too. */
async function findIdentity(cluster: Connection, grant: Lent): Promise<{ account: Owner; timer: Owner }> {
  const name = objectName(grant);
  const { metadata } = await cluster.core.readNamespacedServiceAccount({ namespace: GRANTS_NAMESPACE, name });
  const timer = metadata?.ownerReferences?.find((owner) => owner.kind === "Job");
  if (metadata?.uid === undefined || timer === undefined || !isOurs(metadata, grant)) {
    throw new ClusterTrouble(cluster.id, `ServiceAccount ${name} in ${cluster.id} is not this grant's`);
  }
  return { account: { name, uid: metadata.uid }, timer };
}

async function anchorDelivery(cluster: Connection, grant: Lent, n: number, timer: Owner): Promise<Anchor | "taken"> {
  try {
    return await makeAnchor(cluster, grant, n, timer);
  } catch (error) {
    if (statusCode(error) === 409) return "taken";
    throw error;
  }
}

async function mintAndSeal(
  cluster: Connection,
  { grant, account, anchor, seal, now }: { grant: Lent; account: Owner; anchor: Anchor; seal: SealIt; now: Millis },
): Promise<{ readonly sealed: string; readonly jti: string }> {
  const remaining = Math.floor((grant.end - now) / 1000);
  const seconds = Math.max(SHORTEST_SECONDS, remaining - LEEWAY_SECONDS);
  const [minted] = await Promise.all([
    mintToken(cluster, { access: grant, account, anchor, seconds }),
    endEarlier(cluster, grant, anchor.n),
  ]);
  const { jti } = decodeJwt(minted.token);
  if (jti === undefined) throw new ClusterTrouble(cluster.id, `${cluster.id} mints tokens without a name (jti)`);
  const answer = {
    kubeconfig: await writeKubeconfig(cluster, grant, minted.token),
    fileName: fileName(grant.cluster),
    tryFirst: `kubectl --kubeconfig ${fileName(grant.cluster)} -n ${grant.namespaces[0]} get pods`,
    expiresAt: Math.min(grant.end, minted.exp + LEEWAY_SECONDS * 1000),
  };
  return { sealed: await seal(answer), jti };
}

/** Each delivery ends those before it, so most of these are gone already; all are tried, since one may have failed. */
async function endEarlier(cluster: Connection, grant: Lent, n: number): Promise<void> {
  await Promise.all(Array.from({ length: n }, (_, earlier) => endToken(cluster, grant, earlier)));
}

async function writeKubeconfig({ endpoint }: Connection, grant: Lent, token: string): Promise<string> {
  const pem =
    endpoint.caData !== undefined ? Buffer.from(endpoint.caData, "base64").toString() : await readCa(endpoint.caFile);
  return kubeconfig({
    cluster: grant.cluster,
    server: endpoint.server,
    ca: pem,
    tlsServerName: endpoint.tlsServerName ?? null,
    token,
    namespace: grant.namespaces[0] ?? "default",
  });
}

async function readCa(file: string | undefined): Promise<string | null> {
  return file === undefined ? null : readFile(file, "utf8");
}
