import { ApiException } from "@kubernetes/client-node";
import { z } from "zod";
import type { ClusterTrouble } from "../workflows/trouble.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { createBackOff } from "./watch-back-off.ts";
import { Silence, streamText } from "./watch-call.ts";
import { type Kind, Metadata } from "./watch-kinds.ts";

const METADATA_ALONE = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/** One change, as the API server tells it. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly metadata: Metadata;
  readonly object: unknown;
}

const WatchEvent = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: z.looseObject({ code: z.number().optional(), metadata: z.unknown().optional() }),
});

/**
 * A bookmark's names nothing. Made once: a schema for each line costs eight times as much as all else that is done with
 * it (measured).
 */
const SaidMetadata = Metadata.partial({ name: true });

export interface Watching {
  /** The version to begin after, as a list or an earlier change gave it. */
  readonly from: string;
  readonly signal: AbortSignal;
  /** A watch is opened anew after such a silence; bookmarks come about once a minute, where there are any. */
  readonly quietMs: number;
  readonly backOffMs: number;
  heard(change: Change): void;
  troubled(trouble: ClusterTrouble): void;
}

/**
 * Takes a cluster and a kind; tells every change until the signal, opening the watch again from where it was whatever
 * ends it. Returns `lost` where the cluster no longer knows that point (410), so that a new list is needed; never
 * rejects.
 */
export async function watchKind(cluster: Connection, kind: Kind, watching: Watching): Promise<"lost" | "stopped"> {
  const { signal } = watching;
  const backOff = createBackOff(watching.backOffMs);
  const thread = { version: watching.from };
  while (!signal.aborted) {
    const end = await watchOnce(cluster, kind, { ...watching, thread });
    if (end === "lost") return "lost";
    if (end !== null) watching.troubled(end);
    await backOff.pause(signal, end);
  }
  return "stopped";
}

/** Moves the thread on with every line. Returns what ended the watch; null where nothing is wrong. */
async function watchOnce(
  cluster: Connection,
  kind: Kind,
  watching: Watching & { readonly thread: { version: string } },
): Promise<ClusterTrouble | "lost" | null> {
  const { thread, signal, quietMs } = watching;
  try {
    for await (const line of linesOf(streamText(cluster, callFor(kind, thread.version, signal, quietMs)))) {
      thread.version = tell(line, watching) ?? thread.version;
    }
    return null;
  } catch (error) {
    // Nothing happened, or nobody is there any more: opening it again tells which.
    if (signal.aborted || (error instanceof Silence && error.opened)) return null;
    return statusCode(error) === 410 ? "lost" : asTrouble(cluster.id, `watch ${kind.words}`, error);
  }
}

function callFor({ path, query, watched }: Kind, resourceVersion: string, signal: AbortSignal, silenceMs: number) {
  const watch = { watch: "true", allowWatchBookmarks: "true", resourceVersion };
  const accept = watched === "whole" ? "application/json" : METADATA_ALONE;
  return { path, query: { ...query, ...watch }, accept, signal, silenceMs };
}

/** Returns the version that the line brings. Throws what an ERROR line says, so that 410 is the same in both places. */
function tell(line: string, { heard }: Watching): string | undefined {
  const { type, object } = WatchEvent.parse(JSON.parse(line));
  if (type === "ERROR") throw new ApiException(object.code ?? 500, "watch ended", JSON.stringify(object), {});
  const metadata = SaidMetadata.parse(object.metadata);
  const { name, resourceVersion } = metadata;
  if (type !== "BOOKMARK" && name !== undefined) heard({ type, metadata: { ...metadata, name }, object });
  return resourceVersion;
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const part of text) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
