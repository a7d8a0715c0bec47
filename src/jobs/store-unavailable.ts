import { StoreUnavailable } from "../workflows/trouble.ts";

/** What ioredis says when it sent nothing at all. */
const NEVER_SENT = /enableOfflineQueue options is false/;

/** What ioredis and the socket say when a command was sent and its answer never came. */
const NO_ANSWER =
  /Command timed out|max retries per request|Connection is closed|Command aborted|Socket timeout|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

/** What Redis itself answers when it takes no writes; a script is refused as a whole, and so is a transaction. */
const TAKES_NOTHING =
  /^(OOM|READONLY|LOADING|MISCONF|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|NOAUTH|WRONGPASS|NOPERM|EXECABORT)\b/;

/** Takes a pending answer of Redis; returns it, or throws `StoreUnavailable`, or the fault without what was sent. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw translate(cause);
  }
}

function translate(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof StoreUnavailable) return cause;
  const words = `${cause.message} ${codeOf(cause)}`.trim();
  if (NEVER_SENT.test(words) || TAKES_NOTHING.test(words)) return new StoreUnavailable("nothing", words);
  return NO_ANSWER.test(words) ? new StoreUnavailable("unknown", words) : withoutCommand(cause);
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/**
 * Takes an error of ioredis, which carries the whole command with its arguments; returns one that does not, so that no
 * log ever shows what was being written.
 */
export function withoutCommand(cause: unknown): unknown {
  if (!(cause instanceof Error) || !("command" in cause)) return cause;
  const plain = new Error(cause.message);
  plain.name = cause.name;
  return plain;
}
