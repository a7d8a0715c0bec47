import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../fakes/random.ts";
import type { Stop } from "../workbench/toll.ts";
import { BOUNDS, type Case, type CaseStage, SETTLE_MS } from "./case.ts";
import { playLate, playTwice } from "./plays.ts";
import { POINTS, type Point } from "./points.ts";
import type { Slot } from "./slot.ts";
import type { Bait } from "./trap.ts";

/** Long enough that a process killed at once after the yes is back before the end, short enough for hundreds. */
const SECONDS = 12;
/** After the end, or after the kill where the end has passed: the cluster's own switch has done its work by then. */
const LATE_MS = { end: 4_000, kill: 8_000 } as const;
/** Longer than a job's lock (5 s) and a lease (6 s). */
const FREEZE_MS = 8_000;

/** Whoever is handed a kubeconfig there asks for another one, which ends the one before: 11 s of that must fit. */
const HANDING_OVER = new Set(["delivery-minted", "delivery-answered", "kubeconfig-shown"]);
const TWICE = { seconds: 30, play: playTwice, kubeconfigs: 2 } as const;

/** A trial's Secret may be left there, which must be gone within 15 s (judge.ts): so much of the pass must be left. */
const TRYING = new Set(["trial-anchored", "bound", "trial-minted", "proof-asked", "trial-ended"]);
const TRIED = { seconds: 40, play: playLate } as const;

const ENDING = new Set(POINTS.slice(POINTS.findIndex(({ id }) => id === "unbound")).map(({ id }) => id));

/** Returns every point × before and after × 1 and 2 replicas × restarted at once and only after the end. */
export function killCases(): readonly Case[] {
  const [whens, restarts] = [["before", "after"] as const, ["at once", "late"] as const];
  return POINTS.flatMap((point) =>
    ([1, 2] as const).flatMap((replicas) =>
      whens.flatMap((when) => restarts.map((restart) => killCase({ point, when, replicas, restart }))),
    ),
  );
}

/** Returns every point once with a process that is frozen for a while and then goes on as if nothing had been. */
export function freezeCases(): readonly Case[] {
  return POINTS.flatMap((point, i) => {
    const when = i % 2 === 0 ? "before" : "after";
    return [freezeCase(point, when, 2)];
  });
}

/** So many calls are made in every pass's life: a later one might never come, and the case would show nothing. */
const MOST_CALLS = { redis: 24, slack: 16, cluster: 24 } as const;

/** Takes how many and numbers; returns kills at calls that nobody chose. */
export function randomCases(count: number, random: Random): readonly Case[] {
  return Array.from({ length: count }, () => {
    const side = random.pick(["bot", "worker"] as const);
    const line = random.pick(side === "bot" ? (["redis", "slack"] as const) : (["redis", "cluster"] as const));
    const bait: Bait = {
      side,
      line,
      call: null,
      nth: 1 + random.below(MOST_CALLS[line]),
      when: random.pick(["before", "after"]),
    };
    const [replicas, restart] = [random.pick([1, 2] as const), random.pick(["at once", "late"] as const)];
    const name = `call ${bait.nth} of a ${side} on its ${line} line, ${bait.when}, ${replicas} each, restarted ${restart}`;
    return {
      ...{ name, group: "random", point: null, replicas, seconds: SECONDS, settleMs: SETTLE_MS },
      boundMs: side === "bot" ? BOUNDS.alarm : replicas === 2 ? BOUNDS.heard : BOUNDS.timer,
      allows: {},
      act: (stage) => killAndRestart(stage, bait, restart),
    } satisfies Case;
  });
}

interface Kill {
  readonly point: Point;
  readonly when: Stop["when"];
  readonly replicas: 1 | 2;
  readonly restart: "at once" | "late";
}

function killCase({ point, when, replicas, restart }: Kill): Case {
  return {
    name: `${point.id}, ${when}, ${replicas} each, restarted ${restart}`,
    ...{ group: "kill", point: point.id, replicas, seconds: SECONDS, settleMs: SETTLE_MS },
    ...(HANDING_OVER.has(point.id) ? TWICE : {}),
    ...(TRYING.has(point.id) && restart === "at once" ? TRIED : {}),
    boundMs: boundOf(point, replicas, restart),
    allows: {},
    act: (stage) => killAndRestart(stage, baitAt(point, when), restart),
  };
}

function freezeCase(point: Point, when: Stop["when"], replicas: 1 | 2): Case {
  return {
    name: `${point.id}, ${when}, ${replicas} each, frozen for ${FREEZE_MS / 1000} s`,
    ...{ group: "freeze", point: point.id, replicas, seconds: SECONDS, settleMs: SETTLE_MS },
    ...(HANDING_OVER.has(point.id) ? TWICE : {}),
    ...(TRYING.has(point.id) ? TRIED : {}),
    boundMs: point.side === "bot" ? BOUNDS.alarm : BOUNDS.heard,
    allows: {},
    act: (stage) => freeze(stage, baitAt(point, when)),
  };
}

function baitAt({ side, line, call }: Point, when: Stop["when"]): Bait {
  return { side, line, call, when, nth: 1 };
}

function boundOf(point: Point, replicas: 1 | 2, restart: Kill["restart"]): number {
  if (point.side === "bot") return BOUNDS.alarm;
  if (replicas === 2) return BOUNDS.heard;
  return restart === "late" || ENDING.has(point.id) ? BOUNDS.timer : BOUNDS.heard;
}

/** Kills whoever makes the call, and starts another in its place, as a supervisor does. */
export async function killAndRestart(stage: CaseStage, bait: Bait, restart: Kill["restart"]): Promise<void> {
  const victim = await strike(stage, bait, async (slot, call) => {
    const lived = slot.child() !== null;
    await slot.kill();
    if (lived) stage.hit(`${slot.name} is gone at “${call}”`);
    stage.say(`${slot.name} is killed ${bait.when} “${call}”`);
    return "drop";
  });
  if (victim === null) return;
  if (restart === "late") await untilLate(stage);
  await victim.start();
}

/** Stops whoever makes the call by SIGSTOP, and lets it go on. */
async function freeze(stage: CaseStage, bait: Bait): Promise<void> {
  const thawed = Promise.withResolvers<void>();
  const victim = await strike(stage, bait, async (slot, call) => {
    const frozen = slot.child();
    frozen?.signal("SIGSTOP");
    if (frozen !== null) stage.hit(`${slot.name} stands still at “${call}”`);
    stage.say(`${slot.name} is frozen ${bait.when} “${call}”`);
    await wait(FREEZE_MS);
    slot.child()?.signal("SIGCONT");
    stage.say(`${slot.name} goes on`);
    thawed.resolve();
    return "pass";
  });
  if (victim !== null) await thawed.promise;
}

/**
 * Takes a stage, the call that is waited for, and what happens while it is held, which says whether it goes on. Resolves
 * with the process that was struck, or null where nothing made the call by the time all was over.
 */
export async function strike(
  { lane, over }: CaseStage,
  bait: Bait,
  act: (slot: Slot, call: string) => Promise<"pass" | "drop">,
): Promise<Slot | null> {
  if (over.aborted) return null;
  const struck = Promise.withResolvers<Slot | null>();
  over.addEventListener("abort", () => lane.trap.struck() || struck.resolve(null), { once: true });
  lane.trap.set(bait, async (name, call) => {
    const slot = lane.slots().find((one) => one.name === name);
    if (slot === undefined) return "pass";
    const acting = act(slot, call);
    struck.resolve(slot);
    return acting;
  });
  return struck.promise;
}

/** Until the end is past; where nothing was approved, there is none, and it is only later. */
async function untilLate({ records, over }: CaseStage): Promise<void> {
  const end = await Promise.race([records.decided, wait(LATE_MS.kill, null, { signal: over }).catch(() => null)]);
  if (end !== null) await wait(end < Date.now() ? LATE_MS.kill : end + LATE_MS.end - Date.now());
}
