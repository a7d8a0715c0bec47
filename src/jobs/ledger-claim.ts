import { open, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

/** Writing takes milliseconds; a claim that is older was left by a writer that died. */
const LEFT_AFTER_MS = 10_000;

/**
 * Takes the ledger's folder, the number of the next line, and what writes it; does it while nobody else writes that line.
 * The lease in Redis says who the writer is; where Redis forgets it, two think for a moment that they are, and only the
 * disk can part them. Throws where somebody else has the claim.
 */
export async function withClaim(folder: string, next: number, write: () => Promise<void>): Promise<void> {
  const path = join(folder, `ledger-${String(next).padStart(12, "0")}.claim`);
  await take(path, next);
  try {
    await write();
  } finally {
    await unlink(path);
  }
}

async function take(path: string, next: number): Promise<void> {
  try {
    await (await open(path, "wx")).close();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    const { mtimeMs } = await stat(path);
    // Also where it comes from a clock that was wrong.
    if (Math.abs(Date.now() - mtimeMs) > LEFT_AFTER_MS) await unlink(path);
    throw new Error(`somebody else is writing line ${next} of the ledger`, { cause });
  }
}
