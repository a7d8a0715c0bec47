import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

/** The folder, in the user's cache, for what is fetched or built once and outlives the runs. */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "daypass");
}

/** Whether a path is a file that may be run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface CacheLock {
  release(): void;
}

const reportEveryMs = 10_000;

/**
 * Waits until this process alone may write to the cache. The lock is SQLite's on a file, which the operating system
 * takes back from a process that dies, so a killed run never leaves it behind.
 */
export async function lockCache({ root, print }: { root: string; print(line: string): void }): Promise<CacheLock> {
  mkdirSync(root, { recursive: true });
  const lock = new DatabaseSync(join(root, "lock.sqlite"));
  const startedAt = Date.now();
  let reportAt = startedAt;
  while (!tryLock(lock)) {
    if (Date.now() >= reportAt) {
      print(`Waiting for another run that fills the cache: ${Math.round((Date.now() - startedAt) / 1000)} s so far`);
      reportAt += reportEveryMs;
    }
    await wait(250);
  }
  return { release: () => lock.close() };
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes("locked")) return false;
    throw error;
  }
}
