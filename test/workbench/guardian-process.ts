// The process that outlives a run's starter. It reads who belongs to the run from its stdin; when stdin ends, for
// whatever reason, it ends all of them and removes the run's folders. Arguments: the run's id.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";

const mark = `DAYPASS_WORKBENCH=${process.argv[2]}`;
const MOST_TRIES = 10;
const groups = new Set<number>();
const folders = new Set<string>();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const message: { add?: number; drop?: number; folder?: string } = JSON.parse(line);
  if (message.add !== undefined) groups.add(message.add);
  if (message.drop !== undefined) groups.delete(message.drop);
  if (message.folder !== undefined) folders.add(message.folder);
});
lines.once("close", () => {
  void clearUp();
});

async function clearUp(): Promise<void> {
  await endAll("SIGTERM", 2000);
  await endAll("SIGKILL", 1500);
  for (const folder of folders) remove(folder);
  process.exit(0);
}

/** Where the starter removes something of it at the same moment, `rmSync` finds that gone, and stops without a word. */
function remove(folder: string): void {
  for (let tries = 0; existsSync(folder) && tries < MOST_TRIES; tries++)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function endAll(signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  const told = new Set<number>();
  for (;;) {
    const left = [...groups].map((pid) => -pid).filter((target) => sendSignal(target, 0));
    // A child of the starter's last moment may never have been named here, but it carries the run's mark. Members of
    // the groups carry it too, and should get one TERM, not two: so the groups go first.
    if (left.length === 0 || signal === "SIGKILL") left.push(...markedProcesses());
    if (left.length === 0 || Date.now() > giveUpAt) return;
    for (const target of left.filter((target) => !told.has(target))) {
      told.add(target);
      sendSignal(target, signal);
    }
    await wait(50);
  }
}

function sendSignal(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

function markedProcesses(): number[] {
  if (process.platform !== "linux") return markedProcessesByPs();
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && readEnvironment(entry).includes(mark))
    .map(Number);
}

function readEnvironment(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}

function markedProcessesByPs(): number[] {
  const listing = execFileSync("ps", ["-axEww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 1 << 26 });
  return listing
    .split("\n")
    .filter((line) => line.includes(mark))
    .map((line) => Number.parseInt(line, 10));
}
