import { z } from "zod";
import type { Connection } from "./connections.ts";
import { streamText } from "./watch-call.ts";
import type { Kind } from "./watch-kinds.ts";

/** A page of AccessGrants is about half a megabyte, parsed in some milliseconds: other work goes on in between. */
const PAGE = "500";
const SILENCE_MS = 10_000;
const METADATA_ALONE = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

const Page = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullable(),
});

/**
 * Takes a cluster, a kind and the signal; calls `take` with each object, page by page, so that no more than a page is
 * held. Returns the version to watch from. Throws ApiException or NoAnswer; 410 where paging took too long.
 */
export async function listKind(
  cluster: Connection,
  { path, query, listed }: Kind,
  { signal, take }: { readonly signal: AbortSignal; take(item: unknown): void },
): Promise<string> {
  const accept = listed === "whole" ? "application/json" : METADATA_ALONE;
  let next: Readonly<Record<string, string>> = {};
  for (;;) {
    const page = { ...query, limit: PAGE, ...next };
    let text = "";
    for await (const part of streamText(cluster, { path, query: page, accept, signal, silenceMs: SILENCE_MS })) {
      text += part;
    }
    const { metadata, items } = Page.parse(JSON.parse(text));
    for (const item of items ?? []) take(item);
    if (metadata.continue === undefined || metadata.continue === "") return metadata.resourceVersion;
    next = { continue: metadata.continue };
  }
}
