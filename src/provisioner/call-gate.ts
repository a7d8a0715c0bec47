import { ClusterTrouble } from "../workflows/trouble.ts";
import { retryAfterOf } from "./retry-after.ts";
import { type Answer, NoAnswer } from "./undici-http.ts";

/** What every call to one cluster goes through. */
export interface CallGate {
  /**
   * Makes a call and returns its answer. Throws ClusterTrouble at once, and makes no call, until the moment that the
   * cluster asked for with Retry-After; and while it is silent, beyond a few that try whether it still is.
   */
  pass(call: () => Promise<Answer>): Promise<Answer>;
  /** The two halves of it, for a call that may be silent for long and so takes no place: a watch. */
  expectOpen(): void;
  heard(answer: Pick<Answer, "status" | "headers">): void;
}

/**
 * So many calls at a time may wait for a silent cluster. Each takes a place among the worker's jobs for its whole
 * deadline; the others give theirs back, so that one dead cluster does not hold up the rest (promise P12).
 */
const MOST_IN_SILENCE = 10;

/** Takes a cluster's id and a clock in milliseconds; returns its gate, open. */
export function createCallGate(cluster: string, clock: () => number = () => performance.now()): CallGate {
  let inFlight = 0;
  let closedUntil = Number.NEGATIVE_INFINITY;
  let answeredAt = Number.NEGATIVE_INFINITY;
  let silence: NoAnswer | null = null;

  function expectOpen(): void {
    const retryAfterMs = closedUntil - clock();
    if (retryAfterMs > 0) {
      const seconds = Math.ceil(retryAfterMs / 1_000);
      throw new ClusterTrouble(cluster, `${cluster} asked not to be called for ${seconds} s more`, { retryAfterMs });
    }
    if (silence === null || inFlight < MOST_IN_SILENCE) return;
    const words = `${cluster} does not answer (${silence.reason}), and others are trying already`;
    throw new ClusterTrouble(cluster, words, { cause: silence, silent: true });
  }

  function heard({ status, headers }: Pick<Answer, "status" | "headers">): void {
    answeredAt = clock();
    silence = null;
    const waitMs = status === 429 || status === 503 ? retryAfterOf(headers) : null;
    if (waitMs !== null) closedUntil = Math.max(closedUntil, clock() + waitMs);
  }

  return {
    expectOpen,
    heard,
    async pass(call) {
      expectOpen();
      const startedAt = clock();
      inFlight += 1;
      try {
        const answer = await call();
        heard(answer);
        return answer;
      } catch (error) {
        // One slow call among others that are answered is no silence.
        if (error instanceof NoAnswer && answeredAt < startedAt) silence = error;
        throw error;
      } finally {
        inFlight -= 1;
      }
    },
  };
}
