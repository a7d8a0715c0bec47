import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import { createGuardian } from "./guardian.ts";
import { waitUntil } from "./readiness.ts";

const fixture = join(import.meta.dirname, "guardian.fixture.ts");

interface Started {
  starter: number;
  folder: string;
  pids: number[];
}

interface Starting {
  starter: ChildProcess;
  onTestFinished: TestContext["onTestFinished"];
}

async function readStarted({ starter, onTestFinished }: Starting): Promise<Started> {
  if (!starter.stdout) throw new Error("The starter has no stdout");
  const [line] = await once(createInterface({ input: starter.stdout }), "line");
  const started: Started = JSON.parse(line);
  // Only what a failing test leaves behind is still there then.
  onTestFinished(() => {
    for (const pid of [started.starter, ...started.pids].filter(isAlive)) process.kill(pid, "SIGKILL");
  });
  return started;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie answers signals: what has ended but was not yet collected by its parent is not alive.
    if (process.platform !== "linux") return true;
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function expectAllGone(started: Started): Promise<void> {
  await waitUntil({
    what: "Everything of the run gone",
    probe: async () => !existsSync(started.folder) && ![started.starter, ...started.pids].some(isAlive),
    timeoutMs: 5000,
  });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
  test.concurrent(`within 5 s after ${signal} of the starter, everything it started is gone`, async ({
    onTestFinished,
  }) => {
    const starter = spawn(process.execPath, [fixture], { stdio: ["ignore", "pipe", "inherit"] });
    const started = await readStarted({ starter, onTestFinished });
    expect(started.pids.filter(isAlive)).toEqual(started.pids);

    starter.kill(signal);

    await expectAllGone(started);
  });
}

for (const [ending, code] of [
  ["stop", 0],
  ["throw", 1],
] as const) {
  test.concurrent(`within 5 s after a starter's end by ${ending}, everything it started is gone`, async ({
    onTestFinished,
  }) => {
    const starter = spawn(process.execPath, [fixture, ending], { stdio: ["ignore", "pipe", "ignore"] });
    const exit = once(starter, "exit");
    const started = await readStarted({ starter, onTestFinished });

    await expectAllGone(started);

    expect((await exit)[0]).toBe(code);
  });
}

test.concurrent("within 5 s after SIGKILL of make above the starter, everything is gone", async ({
  onTestFinished,
}) => {
  const make = spawn("make", ["-s", "-f", "-", "all"], { stdio: ["pipe", "pipe", "inherit"] });
  make.stdin?.end(`all:\n\t@exec '${process.execPath}' '${fixture}'\n`);
  const started = await readStarted({ starter: make, onTestFinished });
  expect(started.starter).not.toBe(make.pid);

  make.kill("SIGKILL");

  await expectAllGone(started);
});

test("a child that has ended by itself is told with its code and its output", async () => {
  const guardian = createGuardian();
  onTestFinished(() => guardian.stop());

  const child = guardian.spawn("speaker", "sh", ["-c", "echo heard; exit 3"]);

  expect(await child.exited).toEqual({ code: 3, signal: null });
  expect(child.hasExited()).toBe(true);
  expect(child.readLog()).toBe("heard\n");
});

test("a command that does not exist is an error at once", () => {
  const guardian = createGuardian();
  onTestFinished(() => guardian.stop());

  expect(() => guardian.spawn("nobody", "no-such-command", [])).toThrow("nobody cannot start");
});
