import { Agent, request } from "undici";

/** One try; a receiver that is slower than that is tried again. */
const DEADLINE_MS = 3_000;
/** Answers are a few words; what is longer is not read to its end. */
const LONGEST_ANSWER = 16_384;
/** A receiver that asks for hours of silence would otherwise silence every page. */
const LONGEST_RETRY_AFTER_MS = 600_000;

/**
 * What became of one try. `refused`: the receiver read it and says no, which only a mended setting changes.
 * `trouble`: trying again can help; `heard` where it may have been taken all the same.
 */
export type Answer =
  | { readonly is: "accepted" }
  | { readonly is: "refused"; readonly words: string; readonly retryAfterMs: number }
  | { readonly is: "trouble"; readonly cause: Error; readonly retryAfterMs: number; readonly heard: boolean };

/** A line to the receiver of pages. */
export interface PageLine {
  /** Posts JSON once. Takes the body and the time, for a Retry-After that is a date. Never throws. */
  post(body: object, now: number): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Takes the receiver's URL. Redirects are not followed: a page's key is for this receiver alone. Its connections are
 * its own, so that no proxy of the environment comes between unseen.
 */
export function openPageLine(url: string): PageLine {
  const agent = new Agent({ connections: 1, connect: { timeout: DEADLINE_MS } });
  return {
    post: async (body, now) => {
      try {
        const answer = await request(url, {
          method: "POST",
          headers: { "content-type": "application/json", "user-agent": "daypass" },
          body: JSON.stringify(body),
          dispatcher: agent,
          signal: AbortSignal.timeout(DEADLINE_MS),
        });
        // What the answer says beside its status could quote the key, so nobody reads it.
        await answer.body.dump({ limit: LONGEST_ANSWER }).catch(() => undefined);
        return judge(answer.statusCode, answer.headers["retry-after"], now);
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error("no answer");
        return { is: "trouble", cause: error, retryAfterMs: 0, heard: !neverArrived(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

function judge(status: number, retryAfter: string | string[] | undefined, now: number): Answer {
  if (status >= 200 && status < 300) return { is: "accepted" };
  const retryAfterMs = parseRetryAfter([retryAfter].flat()[0], now);
  if (status < 500 && status !== 408 && status !== 429) {
    const why = status < 400 ? "points elsewhere, and redirects are not followed" : "refuses it";
    return { is: "refused", words: `the receiver ${why} (${status})`, retryAfterMs };
  }
  return { is: "trouble", cause: new Error(`the receiver answers ${status}`), retryAfterMs, heard: status >= 500 };
}

/** Takes the header, seconds or a date, and the time; returns milliseconds from now, 0 where there is nothing to obey. */
function parseRetryAfter(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, ms)) : 0;
}

/** No connection was made, so nothing can have been taken. */
function neverArrived(error: Error): boolean {
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" && ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"].includes(code);
}
