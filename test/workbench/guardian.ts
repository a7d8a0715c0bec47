import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

/** The environment variable by which everything that belongs to one run can be told apart. */
export const runMarker = "DAYPASS_WORKBENCH";

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  name: string;
  pid: number;
  logFile: string;
  exited: Promise<Exit>;
  hasExited(): boolean;
  /** What it has written to stdout and stderr so far. */
  readLog(): string;
  signal(signal: NodeJS.Signals): void;
  /** Ends it: TERM, and KILL after two seconds. */
  stop(): Promise<void>;
}

export interface SpawnOptions {
  /** The whole environment, apart from the run's marker. Left out, the starter's own is passed on. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

export interface Guardian {
  runId: string;
  /** A temporary folder for this run, removed at its end. */
  folder: string;
  /** The process that cleans up; it outlives the starter by a few seconds at most. */
  pid: number;
  spawn(name: string, command: string, args: readonly string[], options?: SpawnOptions): Child;
  /** What was spawned and still runs. */
  children(): readonly Child[];
  /** Has one more folder removed at the end of the run. */
  addFolder(folder: string): void;
  /** Ends everything that was spawned and removes the folders; resolves when it is gone. */
  stop(): Promise<void>;
}

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const graceMs = 2000;

/**
 * Starts the process that outlives this one and clears up after it, however this one ends: by `stop()`, by a signal,
 * by SIGKILL, or because the process above it (make) is gone.
 */
export function createGuardian(): Guardian {
  const runId = randomBytes(8).toString("hex");
  const folder = mkdtempSync(join(tmpdir(), "daypass-workbench-"));
  mkdirSync(join(folder, "logs"));
  const watcher = startWatcher(runId);
  const tell = (message: object) => watcher.process.stdin?.write(`${JSON.stringify(message)}\n`);
  tell({ folder });

  const children: Child[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      watcher.process.ref();
      watcher.process.stdin?.end();
      await watcher.exited;
      release();
    })();
    return stopping;
  };
  const release = stopOnSignals(stop);

  return {
    runId,
    folder,
    pid: watcher.pid,
    children: () => children.filter((child) => !child.hasExited()),
    spawn: (name, command, args, options = {}) => {
      if (stopping !== undefined) throw new Error(`${name} cannot start: the run is being stopped`);
      const child = spawnChild({ name, command, args, options, runId, logFolder: join(folder, "logs"), tell });
      children.push(child);
      return child;
    },
    addFolder: (path) => {
      tell({ folder: path });
    },
    stop,
  };
}

function startWatcher(runId: string): { process: ChildProcess; pid: number; exited: Promise<void> } {
  // The watcher must not carry the marker of a run that surrounds this one, or that run's watcher would end it first.
  const { [runMarker]: _outer, NODE_OPTIONS: _options, ...env } = process.env;
  const watcher = spawn(process.execPath, [join(import.meta.dirname, "guardian-process.ts"), runId], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env,
  });
  if (watcher.pid === undefined) throw new Error("The guardian process could not be started");
  const exited = new Promise<void>((resolve) => watcher.once("exit", () => resolve()));
  watcher.stdin?.on("error", () => {});
  watcher.unref();
  return { process: watcher, pid: watcher.pid, exited };
}

/** Stops the run on INT, TERM, HUP and when the parent process is gone. Returns what takes these watches away. */
function stopOnSignals(stop: () => Promise<void>): () => void {
  const leave = (signal: NodeJS.Signals) => {
    void stop().finally(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of stopSignals) process.on(signal, leave);

  const parent = process.ppid;
  const parentWatch = setInterval(() => {
    // At once, since starters below this one, such as test workers, begin to clear up only when it is gone.
    if (process.ppid !== parent) process.exit(128 + constants.signals.SIGHUP);
  }, 250);
  parentWatch.unref();

  return () => {
    for (const signal of stopSignals) process.off(signal, leave);
    clearInterval(parentWatch);
  };
}

interface ChildPlan {
  name: string;
  command: string;
  args: readonly string[];
  options: SpawnOptions;
  runId: string;
  logFolder: string;
  tell(message: object): void;
}

function spawnChild(plan: ChildPlan): Child {
  const logFile = join(plan.logFolder, `${plan.name}.log`);
  const log = openSync(logFile, "a");
  // A group of its own: Ctrl-C on the terminal reaches the starter alone, and the whole group can be ended at once.
  const child = spawn(plan.command, [...plan.args], {
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...(plan.options.env ?? process.env), [runMarker]: plan.runId },
    ...(plan.options.cwd === undefined ? {} : { cwd: plan.options.cwd }),
  });
  closeSync(log);
  child.on("error", () => {});
  const { pid } = child;
  if (pid === undefined) throw new Error(`${plan.name} cannot start: ${plan.command} cannot be run`);
  plan.tell({ add: pid });

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      signalGroup(pid, "SIGKILL");
      plan.tell({ drop: pid });
      resolve(exit);
    });
  });
  return {
    name: plan.name,
    pid,
    logFile,
    exited,
    hasExited: () => exit !== undefined,
    readLog: () => readFileSync(logFile, "utf8"),
    signal: (signal) => {
      if (!exit) signalGroup(pid, signal);
    },
    stop: async () => {
      if (exit) return;
      signalGroup(pid, "SIGTERM");
      const grace = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
      await exited;
      clearTimeout(grace);
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}
