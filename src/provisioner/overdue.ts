import type { Millis } from "../workflows/person.ts";
import type { Access } from "../workflows/ports.ts";
import { ACCESS_GRANTS, accessFrom, FoundAccessGrant, FoundAccessGrants } from "./access-grant.ts";
import { asTrouble } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { END_MINUTE_LABEL, GRANT_LABEL } from "./objects.ts";

/** What ended earlier and is still there comes with the list that following the cluster brings every five minutes. */
const LOOKING_BACK_MINUTES = 5;

/**
 * Takes a cluster and the time; returns every grant that the cluster itself holds and whose end came within the last
 * five minutes, whether or not anything else remembers it. Costs little however many others there are: they are asked
 * for by the label of their end's minute, and the API server may answer from its cache, milliseconds behind.
 */
export async function findOverdue(cluster: Connection, now: Millis): Promise<readonly Access[]> {
  const minute = Math.floor(now / 60_000);
  const minutes = Array.from({ length: LOOKING_BACK_MINUTES + 1 }, (_, i) => minute - i);
  const labelSelector = `${END_MINUTE_LABEL} in (${minutes.join(",")})`;
  try {
    const list = { ...ACCESS_GRANTS, labelSelector, resourceVersion: "0" };
    const answer: unknown = await cluster.custom.listClusterCustomObject(list);
    return FoundAccessGrants.parse(answer).items.flatMap((item) => {
      const { data } = FoundAccessGrant.safeParse(item);
      const id = data?.metadata.labels?.[GRANT_LABEL];
      if (data === undefined || id === undefined) return [];
      const access = accessFrom(cluster.id, id, data);
      return access.end <= now ? [access] : [];
    });
  } catch (error) {
    throw asTrouble(cluster.id, "list its AccessGrants", error);
  }
}
