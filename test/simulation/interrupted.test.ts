import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { waitUntil } from "../workbench/readiness.ts";

const run = promisify(execFile);
const SIMULATE = join(import.meta.dirname, "simulate.ts");
const LONG = { timeout: 120_000 };

/** Plays for longer than anybody waits here, or looks for a defect that is found late. */
const PLAYING = { args: ["--runs=2000000", "--defects=none"], at: "batch-process.ts" };
const LOOKING = { args: ["--defect=11"], at: "find-defect.ts" };

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Those that run; one that has ended and was not yet collected does not. */
async function processes(): Promise<Process[]> {
  const { stdout } = await run("ps", ["-axww", "-o", "pid=,ppid=,stat=,command="], { maxBuffer: 1 << 26 });
  return [...stdout.matchAll(/^ *(\d+) +(\d+) +([^Z\s]\S*) +(.*)$/gm)].map(([, pid, parent, , command = ""]) => ({
    ...{ pid: Number(pid), parent: Number(parent), command },
  }));
}

/** Returns what a process started, when something of it runs that is called so. */
async function startedBy({ pid }: ChildProcess, at: string): Promise<Process[]> {
  let started: Process[] = [];
  const probe = async () => {
    started = (await processes()).filter(({ parent }) => parent === pid);
    return started.some(({ command }) => command.includes(at));
  };
  await waitUntil({ what: `${at} of make simulate`, probe });
  return started;
}

test.each([
  { signal: "SIGINT", code: 130, ...PLAYING },
  { signal: "SIGINT", code: 130, ...LOOKING },
  { signal: "SIGTERM", code: 143, ...LOOKING },
  { signal: "SIGKILL", code: null, ...PLAYING },
  { signal: "SIGKILL", code: null, ...LOOKING },
] as const)(
  "$signal amid $at leaves no process, and no copy of the sources",
  LONG,
  async ({ signal, code, args, at }) => {
    const folder = await mkdtemp(join(tmpdir(), "daypass-interrupted-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const env = { ...process.env, TMPDIR: folder };
    const starter = spawn(process.execPath, [SIMULATE, ...args], { env, stdio: ["ignore", "ignore", "pipe"] });
    const said: string[] = [];
    starter.stderr.on("data", (bytes) => said.push(String(bytes)));
    const started = await startedBy(starter, at);
    onTestFinished(async () => {
      const left = (await processes()).filter(({ pid }) => started.some((one) => one.pid === pid));
      for (const { pid } of left) process.kill(pid, "SIGKILL");
    });
    expect(await readdir(folder)).not.toEqual([]);

    const exit = once(starter, "exit");
    starter.kill(signal);

    expect((await exit)[0]).toBe(code);
    await waitUntil({
      what: "everything of make simulate gone",
      probe: async () => {
        const running = new Set((await processes()).map(({ pid }) => pid));
        return !started.some(({ pid }) => running.has(pid)) && (await readdir(folder)).length === 0;
      },
      timeoutMs: 15_000,
    });
    expect(said.join("")).toBe("");
  },
);
