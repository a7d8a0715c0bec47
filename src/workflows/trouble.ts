/** Trying again can help: a cluster is silent, busy or broken. The message is a sentence that people may read. */
export class ClusterTrouble extends Error {
  override readonly name = "ClusterTrouble";
  readonly cluster: string;
  /** What the cluster asked for with Retry-After; null where it did not. */
  readonly retryAfterMs: number | null;
  /** No answer came at all. */
  readonly silent: boolean;

  constructor(
    cluster: string,
    words: string,
    more: { readonly cause?: unknown; readonly retryAfterMs?: number | null; readonly silent?: boolean } = {},
  ) {
    super(words, more.cause === undefined ? undefined : { cause: more.cause });
    this.cluster = cluster;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.silent = more.silent ?? false;
  }
}

/**
 * The store could not be asked. `recorded` tells what became of it: `nothing` where the call certainly had no effect,
 * `unknown` where the line broke before the answer.
 */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  readonly recorded: "nothing" | "unknown";

  constructor(recorded: "nothing" | "unknown", words: string) {
    super(`the store does not answer: ${words}`);
    this.recorded = recorded;
  }
}

/** What somebody was woken for is due so many milliseconds later: by whose clock they were woken, it is wrong. */
export class TooEarly extends Error {
  override readonly name = "TooEarly";
  readonly byMs: number;

  constructor(byMs: number) {
    super(`woken ${byMs} ms too early`);
    this.byMs = byMs;
  }
}

/** Something is not there yet; the same wake must come again. The message is a sentence that people may read. */
export class NotYet extends Error {
  override readonly name = "NotYet";
}
