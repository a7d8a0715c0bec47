/** Our own processes: clocks that are wrong, deploys, freezes, and all of them dead (F10, F11 of performance.md §5.4). */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { BOUNDS, type Case, type CaseStage } from "./case.ts";
import { aheadOfEnd, beforeEnd, faultCase, trouble, whenActive } from "./fault-case.ts";
import { playOnWrongClocks } from "./plays.ts";
import type { Slot } from "./slot.ts";

/** "Where its clock and the worker's are more than 5 s apart, nothing new is granted" (docs/operating.md). */
const MOST_SKEW_MS = 5_000;
/** "They stop within 10 s of TERM, INT or HUP" (docs/operating.md). */
const SHUTDOWN_MS = 10_000;

/** Returns what can be wrong with the processes. */
export function processFaults(): readonly Case[] {
  return [
    ...[60_000, -60_000, 4_000, -4_000].map((ms) =>
      faultCase(`F10 the workers' clocks are ${ms / 1000} s off`, (stage) => skewed(stage, ms), {
        ...({
          seconds: 16,
          replicas: ms > 0 ? 1 : 2,
          allows: Math.abs(ms) > 5_000 ? { refused: "meanwhile" } : {},
        } as const),
        play: playOnWrongClocks,
        // Workers are started anew meanwhile, so the one that made it may be gone.
        boundMs: BOUNDS.heard,
      }),
    ),
    ...[-3_600_000, 3_600_000, 300_000].map((ms) =>
      faultCase(`F10 the worker's clock jumps by ${ms / 1000} s in mid-life`, (stage) => jump(stage, ms), {
        seconds: 18,
      }),
    ),
    faultCase("F11 a rolling deploy in mid-life", (stage) => deploy(stage, whenActive(stage)), {
      ...{ replicas: 2, seconds: 30, boundMs: BOUNDS.heard },
    }),
    faultCase("F11 a rolling deploy across the end", (stage) => deploy(stage, beforeEnd(stage, 3_000)), {
      ...{ replicas: 2, boundMs: BOUNDS.heard },
    }),
    faultCase("F11 a deploy of the only bot and worker in mid-life", (stage) => deploy(stage, whenActive(stage)), {
      ...{ seconds: 24, boundMs: BOUNDS.heard },
    }),
    faultCase("F11 the only worker is ended by TERM and comes back after the end", absent, { boundMs: BOUNDS.timer }),
    faultCase("the only worker is frozen for 15 s across the end", frozen(15_000), { boundMs: BOUNDS.timer }),
    faultCase("one of two workers is frozen for 15 s across the end", frozen(15_000), {
      boundMs: BOUNDS.heard,
      replicas: 2,
    }),
    faultCase("the only bot is frozen for 15 s across the end", frozenBot(15_000), { allows: { unkept: 1 } }),
    faultCase("F1 all of ours is killed and comes back 20 s after the end", allDead, {
      ...{ boundMs: BOUNDS.timer, replicas: 2, allows: { unkept: 1 } },
    }),
  ];
}

function frozen(ms: number): Case["act"] {
  return stopped(ms, ({ lane }) => lane.workers[0]);
}

function frozenBot(ms: number): Case["act"] {
  return stopped(ms, ({ lane }) => lane.bots[0]);
}

function stopped(ms: number, which: (stage: CaseStage) => Slot): Case["act"] {
  return async (stage) => {
    const slot = which(stage);
    await trouble(aheadOfEnd(4_000), `${slot.name} is frozen`, ms, {
      breaks: () => slot.child()?.signal("SIGSTOP"),
      mends: () => slot.child()?.signal("SIGCONT"),
      met: async () => (slot.child() === null ? null : `${slot.name} stands still`),
    })(stage);
  };
}

const preload = `--import=${join(import.meta.dirname, "clock-preload.ts")}`;

/** Workers whose clock is the file's from their first moment on. */
async function restartWithClock({ lane, say, replicas }: CaseStage, ms: number): Promise<string> {
  const file = join(lane.folder, "clock");
  writeFileSync(file, String(ms));
  rmSync(`${file}.read`, { force: true });
  for (const slot of lane.workers.slice(0, replicas)) {
    await slot.kill();
    await slot.start({ env: { NODE_OPTIONS: preload, CHAOS_CLOCK: file } });
  }
  say(`the workers' clocks are ${ms / 1000} s off`);
  return file;
}

async function backToUsual({ lane, say, replicas }: CaseStage): Promise<void> {
  for (const slot of lane.workers.slice(0, replicas)) {
    await slot.kill();
    await slot.start();
  }
  say("the workers' clocks are right");
}

/** Held so until the pass has ended, or could have. */
async function skewed(stage: CaseStage, ms: number): Promise<void> {
  const file = await restartWithClock(stage, ms);
  const since = Date.now();
  const end = await Promise.race([stage.records.decided, wait(20_000, null)]);
  if (end !== null) await wait(Math.max(0, end + 3_000 - Date.now()));
  stage.forbid(since, Math.abs(ms) > MOST_SKEW_MS ? Date.now() : since);
  clockWasRead(stage, file, ms);
  await backToUsual(stage);
}

/** The preload writes down each shift by which a process has read the time. */
function clockWasRead(stage: CaseStage, file: string, ms: number): void {
  const read = existsSync(`${file}.read`) ? readFileSync(`${file}.read`, "utf8").split("\n") : [];
  if (read.includes(String(ms))) stage.hit(`a worker has read the time ${ms / 1000} s off`);
}

async function jump(stage: CaseStage, ms: number): Promise<void> {
  const file = await restartWithClock(stage, 0);
  await stage.records.active;
  stage.say(`the clock jumps by ${ms / 1000} s`);
  writeFileSync(file, String(ms));
  await beforeEnd(stage, -3_000);
  clockWasRead(stage, file, ms);
  await backToUsual(stage);
}

/** One after another: a new one is ready before the next is ended, and each is gone in time. */
async function deploy({ lane, replicas, say, blame, hit }: CaseStage, begin: Promise<unknown>): Promise<void> {
  await begin;
  const slots: readonly Slot[] = [...lane.workers.slice(0, replicas), ...lane.bots.slice(0, replicas)];
  for (const slot of slots) {
    if (slot.child() !== null) hit(`${slot.name} is told to end`);
    const ms = await slot.stop();
    say(`${slot.name} is ended by TERM in ${(ms / 1000).toFixed(1)} s`);
    if (ms > SHUTDOWN_MS + 500) blame(`${slot.name} took ${Math.round(ms / 1000)} s to end`);
    await slot.start();
  }
}

async function absent(stage: CaseStage): Promise<void> {
  const [worker] = stage.lane.workers;
  await stage.records.active;
  await wait(2_000);
  if (worker.child() !== null) stage.hit(`${worker.name} is told to end`);
  await worker.stop();
  stage.say(`${worker.name} is ended by TERM`);
  await beforeEnd(stage, -4_000);
  await worker.start();
}

async function allDead(stage: CaseStage): Promise<void> {
  const { lane, replicas, say, hit } = stage;
  await stage.records.active;
  await wait(3_000);
  const slots = [...lane.workers.slice(0, replicas), ...lane.bots.slice(0, replicas)];
  await Promise.all([...slots.map((slot) => slot.kill()), lane.redis.kill()]);
  if (slots.every((slot) => slot.child() === null)) hit("none of ours lives");
  for (const { name } of slots) say(`${name} is killed, and so is Redis`);
  await beforeEnd(stage, -20_000);
  await lane.redis.restart();
  for (const slot of slots) await slot.start();
}
