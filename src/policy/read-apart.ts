/**
 * A policy is read and judged beside the process's own thread: alarms ring and access ends there, and a file that
 * somebody wrote must not hold that up, be it a megabyte, a mistake or an attack.
 */
import { Worker } from "node:worker_threads";
import type { Fault } from "../fault.ts";
import type { Policy } from "../workflows/policy.ts";
import type { Checked } from "./conditions.ts";
import type { PolicyFiles } from "./policy-files.ts";

/** What comes of reading, as plain data. */
export type Reading =
  | { readonly kind: "good"; readonly policy: Policy; readonly checked: readonly Checked[] }
  | { readonly kind: "bad"; readonly faults: readonly Fault[] }
  /** It could not be judged, which may well be another time; the message says what to do. */
  | { readonly kind: "unread"; readonly message: string; readonly cause: unknown };

/** How it is read, where not as usual. */
export interface ReadingThread {
  readonly entry?: URL;
  readonly deadlineMs?: number;
}

/** So many faults of a version are logged and told; `daypass policy lint` says all. */
export const MOST_TOLD = 20;

const ENTRY = new URL("./reading-thread.ts", import.meta.url);
/** The largest policy without fault takes about a second, and a thread starts in half of one. */
const DEADLINE_MS = 10_000;
/** The largest policy takes about 130 MB, the worst file about 200, young ones included. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

/**
 * Takes a policy's files and what stops it; returns what comes of reading them, null where it was stopped. Never throws. A
 * thread of its own reads them; one that does not come back in time or takes too much memory is ended.
 */
export async function readApart(
  files: PolicyFiles,
  stop: AbortSignal,
  { entry = ENTRY, deadlineMs = DEADLINE_MS }: ReadingThread = {},
): Promise<Reading | null> {
  if (stop.aborted) return null;
  // It needs nothing of the environment, where secrets are.
  const thread = new Worker(entry, { workerData: files, env: {}, resourceLimits: LIMITS });
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Reading | null>((resolve) => {
      const unread = (why: string, cause: unknown) =>
        resolve({ kind: "unread", cause, message: `${why}: it is tried again; lint it, and make it smaller` });
      thread.once("message", resolve);
      thread.once("error", (cause) => unread(sayCause(cause), cause));
      thread.once("exit", (code) => unread(`reading it ended without an answer (${code})`, null));
      timer = setTimeout(() => unread(`it was not read within ${deadlineMs / 1000} s`, null), deadlineMs);
      stop.addEventListener("abort", () => resolve(null), { signal: over.signal });
    });
  } finally {
    clearTimeout(timer);
    over.abort();
    await thread.terminate();
  }
}

function sayCause(cause: unknown): string {
  const isMemory = (cause as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
  return isMemory ? `reading it took more than ${LIMITS.maxOldGenerationSizeMb} MB` : "it cannot be judged";
}
