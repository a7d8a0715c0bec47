import { open, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

/** Writing takes milliseconds; a claim that is seen for longer was left by a writer that died. */
const LEFT_AFTER_MS = 10_000;
/**
 * Between two looks, which come a second apart (one-at-a-time.ts), no more than this counts as seen: whoever slept beside
 * a writer, on a machine that stood still, saw nothing of the time in between, and that writer goes on with its writing.
 */
const SEEN_AT_ONCE_MS = 2_000;

/** Somebody else's claim, as this process sees it. */
interface Sight {
  readonly path: string;
  readonly mtimeMs: number;
  /** By `performance.now()`. */
  readonly lookedAt: number;
  readonly seenMs: number;
}

/**
 * Parts the writers of one ledger: the lease in Redis says who the writer is; where Redis forgets it, two think for a
 * moment that they are, and the disk parts them. No clock of the disk or of another machine is believed. A writer that
 * stands still for longer while others run loses its claim, and what it writes then comes behind theirs: no file system
 * appends on a condition.
 */
export interface LedgerClaims {
  readonly folder: string;
  /**
   * Takes the number of the next line and what writes it; does it while nobody else writes that line. Throws where
   * somebody else has the claim.
   */
  holding(next: number, write: () => Promise<void>): Promise<void>;
}

/** Takes the ledger's folder; returns the claims on its lines, as one process sees them for as long as it lives. */
export function createLedgerClaims(folder: string): LedgerClaims {
  let sight: Sight | null = null;

  async function take(path: string, next: number): Promise<void> {
    try {
      await (await open(path, "wx")).close();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
      if (isLeft(path, (await stat(path)).mtimeMs)) await unlink(path);
      throw new Error(`somebody else is writing line ${next} of the ledger`, { cause });
    }
  }

  function isLeft(path: string, mtimeMs: number): boolean {
    const lookedAt = performance.now();
    const isSame = sight?.path === path && sight.mtimeMs === mtimeMs;
    const seenMs = sight !== null && isSame ? sight.seenMs + Math.min(lookedAt - sight.lookedAt, SEEN_AT_ONCE_MS) : 0;
    sight = { path, mtimeMs, lookedAt, seenMs };
    return seenMs > LEFT_AFTER_MS;
  }

  return {
    folder,
    holding: async (next, write) => {
      const path = join(folder, `ledger-${String(next).padStart(12, "0")}.claim`);
      await take(path, next);
      try {
        await write();
      } finally {
        await unlink(path);
      }
    },
  };
}
