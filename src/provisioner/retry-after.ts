/** Longer than this no cluster is left alone, whatever it asks for: endings are due. */
const LONGEST_MS = 60_000;

/**
 * Takes a Retry-After header (RFC 9110: seconds, or a date) and the time by the same answer's Date header, or ours;
 * returns how many milliseconds to wait, at most 60 s, or null where it says nothing.
 */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined || header.trim() === "") return null;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_MS) : null;
}

/** Takes an answer's headers by their names in lower case; returns as `retryAfter`. */
export function retryAfterOf(headers: Readonly<Record<string, string>>): number | null {
  const date = Date.parse(headers.date ?? "");
  return retryAfter(headers["retry-after"], Number.isNaN(date) ? Date.now() : date);
}
