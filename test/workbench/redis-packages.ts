import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createGuardian, type Guardian } from "./guardian.ts";
import { endOfLog } from "./readiness.ts";

/**
 * Fetches Debian's redis-server, with all it needs that is not installed, and unpacks it into a folder, without root.
 * A fetch that was killed leaves nothing behind. Throws with apt's words where that cannot be done.
 */
export async function unpackRedisPackages(folder: string): Promise<void> {
  const guardian = createGuardian();
  try {
    const unfinished = mkdtempSync(`${folder}-`);
    guardian.addFolder(unfinished);
    const packages = join(guardian.folder, "packages");
    mkdirSync(packages);
    await download(guardian, packages);
    for (const file of readdirSync(packages)) await run(guardian, "dpkg", ["-x", join(packages, file), unfinished]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    await guardian.stop();
  }
}

async function download(guardian: Guardian, folder: string): Promise<void> {
  try {
    await downloadBy([], guardian, folder);
  } catch {
    // The system's package lists are absent (as in slim images) or older than the mirror: read lists of our own.
    const lists = join(guardian.folder, "lists");
    mkdirSync(join(lists, "partial"), { recursive: true });
    const options = ["-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${lists}`];
    await run(guardian, "apt-get", [...options, "update"]);
    await downloadBy(options, guardian, folder);
  }
}

async function downloadBy(options: string[], guardian: Guardian, folder: string): Promise<void> {
  // A simulated installation names exactly what is missing on this machine.
  const simulation = [...options, "--simulate", "install", "--no-install-recommends", "redis-server"];
  const plan = await run(guardian, "apt-get", simulation);
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  if (names.length === 0) throw new Error("apt-get knows no redis-server");
  await run(guardian, "apt-get", [...options, "download", ...names], folder);
}

let runs = 0;

async function run(guardian: Guardian, command: string, args: string[], cwd = guardian.folder): Promise<string> {
  runs += 1;
  const child = guardian.spawn(`${command}-${runs}`, command, args, { cwd, env: { ...process.env, LC_ALL: "C" } });
  const { code } = await child.exited;
  if (code !== 0) throw new Error(`${command} ended with ${code}${endOfLog(child)}`);
  return child.readLog();
}
