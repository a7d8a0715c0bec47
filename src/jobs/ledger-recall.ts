import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Ending, EndReason } from "../workflows/grant.ts";
import type { Millis } from "../workflows/person.ts";
import type { Events } from "../workflows/ports.ts";
import { listSegments } from "./ledger-segments.ts";

/** What is known of one moment is asked for by all that is rebuilt in it, ten thousand times or once. */
const FRESH_MS = 5_000;
/** Nothing that is lent lasts so long, so no row that is older tells of it. */
const LONGEST_MS = 31 * 24 * 60 * 60_000;

const Row = z.object({ at: z.number(), what: z.string(), by: z.string().nullable(), grant: z.string().nullable() });
const EndingRow = Row.extend({
  what: z.literal("ending"),
  grant: z.string(),
  detail: z.object({ why: z.string(), words: z.string().nullable(), since: z.number() }),
});

/** Takes the ledger's folder and the time; returns how each grant is ended or was, as the rows of the last month tell. */
export async function readEndings(folder: string, now: Millis): Promise<ReadonlyMap<string, Ending>> {
  const endings = new Map<string, Ending>();
  for (const { path } of (await listSegments(folder)).toReversed()) {
    const lines = (await readFile(path, "utf8")).split("\n");
    // A torn last line is no row yet, and what is wrong with any other is for `verifyLedger` to say.
    for (const row of lines.filter((line) => line.includes('"what":"ending"')).map(parse)) {
      const { data } = EndingRow.safeParse(row);
      if (data === undefined || endings.has(data.grant)) continue;
      const { why, words, since } = data.detail;
      endings.set(data.grant, { why: why as EndReason, by: data.by, words, since });
    }
    const oldest = Row.safeParse(parse(lines[0] ?? "")).data?.at ?? now;
    if (oldest < now - LONGEST_MS) break;
  }
  return endings;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/**
 * Takes the ledger's folder, the clock and where to say what goes wrong; returns what says how a grant is ended by the
 * ledger, or null. Never rejects: where the folder cannot be read, that is logged, and nothing is on record.
 */
export function createRecall(
  folder: string,
  now: () => Millis,
  events: Events,
): (id: string) => Promise<Ending | null> {
  let reading: Promise<ReadonlyMap<string, Ending>> | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  return async (grant) => {
    if (reading === null || performance.now() - readAt > FRESH_MS) {
      readAt = performance.now();
      reading = readEndings(folder, now()).catch((cause: NodeJS.ErrnoException) => {
        // The folder is made with the first row.
        if (cause.code !== "ENOENT") events.failed("the ledger could not be read back", {}, cause);
        return new Map();
      });
    }
    return (await reading).get(grant) ?? null;
  };
}
