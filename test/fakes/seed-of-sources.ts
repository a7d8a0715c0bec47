import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");

/** Returns a seed of what is checked out: each change plays other runs, and what is green once stays so. */
export async function seedOfSources(): Promise<number> {
  const { stdout } = await run("git", ["rev-parse", "HEAD^{tree}"], { cwd: ROOT });
  return Number.parseInt(stdout.slice(0, 7), 16);
}
