import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Ending, EndReason } from "../workflows/grant.ts";
import type { Millis } from "../workflows/person.ts";
import type { Events } from "../workflows/ports.ts";
import type { Recall } from "./endings.ts";
import { listSegments } from "./ledger-segments.ts";
import { LATE, within } from "./patience.ts";

/** What was read, or that nothing could be, is asked for by all that is rebuilt in one moment, ten thousand times or once. */
const FRESH_MS = 5_000;
/** Nothing that is lent lasts so long, so no row that is older tells of it. */
const LONGEST_MS = 31 * 24 * 60 * 60_000;

const Row = z.object({ at: z.number(), what: z.string(), by: z.string().nullable(), grant: z.string().nullable() });
const EndingRow = Row.extend({
  what: z.literal("ending"),
  grant: z.string(),
  detail: z.object({ why: z.string(), words: z.string().nullable(), since: z.number() }),
});

const OverRow = Row.extend({ what: z.enum(["ended", "endedWithoutRecord"]), grant: z.string() });
const TELLING = /"what":"(?:ending|ended|endedWithoutRecord)"/;

/** What the ledger tells of grants. */
export interface Told {
  /** How each is ended or was. */
  readonly endings: ReadonlyMap<string, Ending>;
  /** Those that ended. */
  readonly over: ReadonlySet<string>;
}

/** Takes the ledger's folder and the time; returns what the rows of the last month tell of grants. */
export async function readBack(folder: string, now: Millis): Promise<Told> {
  const endings = new Map<string, Ending>();
  const over = new Set<string>();
  for (const { path } of (await listSegments(folder)).toReversed()) {
    const lines = (await readFile(path, "utf8")).split("\n");
    // A torn last line is no row yet, and what is wrong with any other is for `verifyLedger` to say.
    for (const row of lines.filter((line) => TELLING.test(line)).map(parse)) {
      const end = OverRow.safeParse(row).data;
      if (end !== undefined) over.add(end.grant);
      const { data } = EndingRow.safeParse(row);
      if (data === undefined || endings.has(data.grant)) continue;
      const { why, words, since } = data.detail;
      endings.set(data.grant, { why: why as EndReason, by: data.by, words, since });
    }
    const oldest = Row.safeParse(parse(lines[0] ?? "")).data?.at ?? now;
    if (oldest < now - LONGEST_MS) break;
  }
  return { endings, over };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Who asks waits no longer for a folder that is being read; what it gives later counts where it is asked for again. */
const LONGEST_WAIT_MS = 10_000;
/** Between one try to read the folder and the next. */
const PAUSES_MS = [200, 1_000];
const NOTHING: Told = { endings: new Map(), over: new Set() };

interface Reading {
  readonly told: Promise<Told>;
  /** On this process' monotonic clock, in milliseconds. */
  readonly since: number;
  /** Of one that waited for another: the one that it became. */
  begun?: Reading;
}

/**
 * Takes the ledger's folder, the clock and where to say what goes wrong; returns what tells of a grant by the ledger. Where
 * the folder cannot be read three times in a row, which is logged, or not within 10 s, `read` and `of` reject, and nobody is
 * known to be over. While it is being read nobody begins anew: a folder that hangs must not take all threads of this process.
 */
export function createRecall(folder: string, now: () => Millis, events: Events): Recall {
  let reading: Reading = { told: Promise.resolve(NOTHING), since: 0 };
  let isRunning = false;
  let readAt = Number.NEGATIVE_INFINITY;
  /** What was asked for in vain, since it takes long. */
  let late: { readonly loss: string; readonly reading: Reading } | null = null;
  const readOnce = () =>
    readBack(folder, now()).catch((cause: NodeJS.ErrnoException) => {
      // The folder is made with the first row.
      if (cause.code === "ENOENT" && cause.path === folder) return NOTHING;
      throw cause;
    });
  const readPatiently = async () => {
    for (const ms of PAUSES_MS) {
      const told = await readOnce().catch(() => null);
      if (told !== null) return told;
      await pause(ms, undefined, { ref: false });
    }
    return readOnce();
  };
  const begin = () => {
    isRunning = true;
    const told = readPatiently().finally(() => {
      isRunning = false;
      readAt = performance.now();
    });
    told.catch((cause: unknown) => events.failed("the ledger could not be read back", {}, cause));
    reading = { told, since: performance.now() };
    return reading;
  };
  /** What began before this was asked may have been read before what is asked for was written. */
  const beginAnew = () => {
    if (!isRunning) return begin();
    const told = reading.told
      .catch(() => NOTHING)
      .then(() => {
        // Of several that wait, the first begins.
        next.begun = isRunning ? reading : begin();
        return next.begun.told;
      });
    told.catch(() => undefined);
    const next: Reading = { told, since: performance.now() };
    return next;
  };
  /** Takes a reading, and what is called where it takes too long. */
  const inTime = async ({ told, since }: Reading, isLate: () => void = () => undefined) => {
    const answer = await within(told, Math.max(0, since + LONGEST_WAIT_MS - performance.now()));
    if (answer !== LATE) return answer;
    isLate();
    throw new Error(`the ledger's folder ${folder} does not answer`);
  };
  const recent = () => inTime(isRunning || performance.now() - readAt <= FRESH_MS ? reading : begin());
  return {
    read: async (loss) => {
      const asked = late?.loss === loss ? late.reading : beginAnew();
      late = null;
      const { endings } = await inTime(asked, () => {
        late = { loss, reading: asked };
      });
      // It may have been there for a while: who asks now is answered by it all the same, where there is no newer one.
      if ((asked.begun ?? asked) === reading) readAt = performance.now();
      return (grant) => endings.get(grant) ?? null;
    },
    of: async (grant) => (await recent()).endings.get(grant) ?? null,
    isOver: async (grant) => (await recent().catch(() => NOTHING)).over.has(grant),
  };
}
