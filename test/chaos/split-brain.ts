/**
 * One of two workers alone loses Redis, the cluster or both, and neither dies: each goes on with what it knows (F11 of
 * performance.md §5.4). Whose line it is matters: the one that made the pass has its alarm set, the other has heard of it.
 */
import { BOUNDS, type Case, type CaseStage } from "./case.ts";
import { askRedis, isDeaf } from "./evidence.ts";
import { beforeEnd, breakFor, faultCase } from "./fault-case.ts";
import { strike } from "./kill-cases.ts";
import type { Slot } from "./slot.ts";

/** Longer than a job's lock (5 s) and a lease (6 s). */
const ACROSS_MS = 15_000;
const MAKING_MS = 8_000;

const LINES = ["Redis", "the cluster", "both"] as const;
type Line = (typeof LINES)[number];
/** `silent`: nothing gets through and nothing is closed; `cut`: nobody listens. */
type How = "silent" | "cut";

/** Returns them: across the end, and from the worker's first call to the cluster on, while it makes the pass. */
export function splitBrains(): readonly Case[] {
  const options = { replicas: 2, boundMs: BOUNDS.heard } as const;
  const across = (which: "maker" | "other", line: Line, how: How) =>
    faultCase(
      `F11 one of two workers, ${which === "maker" ? "which made the pass" : "which did not"}, loses ${line} (${how}) across the end`,
      (stage) => acrossEnd(stage, which, { line, how }),
      options,
    );
  const making = (line: Line, how: How) =>
    faultCase(
      `F11 one of two workers loses ${line} (${how}) as it makes the pass`,
      (stage) => whileMaking(stage, { line, how }),
      { ...options, seconds: 24 },
    );
  return [
    ...LINES.flatMap((line) => [across("maker", line, "silent"), across("maker", line, "cut")]),
    ...[across("other", "the cluster", "silent"), across("other", "both", "cut")],
    ...[making("Redis", "silent"), making("the cluster", "silent"), making("both", "cut")],
  ];
}

interface Loss {
  readonly line: Line;
  readonly how: How;
}

async function acrossEnd(stage: CaseStage, which: "maker" | "other", loss: Loss): Promise<void> {
  const { lane, records } = stage;
  await records.active;
  await beforeEnd(stage, 4_000);
  const maker = lane.notes.all().find(({ what }) => what === "POST accessgrants")?.who;
  const slot = lane.workers.find(({ name }) => (name === maker) === (which === "maker"));
  if (maker !== undefined && slot !== undefined) await lose(stage, slot, loss, ACROSS_MS);
}

/** The call goes on, and whether its answer comes is for its line to say. */
async function whileMaking(stage: CaseStage, loss: Loss): Promise<void> {
  const bait = { side: "worker", line: "cluster", call: "POST accessgrants", nth: 1, when: "before" } as const;
  const over = Promise.withResolvers<void>();
  const struck = await strike(stage, bait, async (slot) => {
    // Broken before the call goes on: what is awaited is the end of it.
    over.resolve(lose(stage, slot, loss, MAKING_MS));
    return "pass";
  });
  if (struck !== null) await over.promise;
}

async function lose(stage: CaseStage, slot: Slot, { line, how }: Loss, ms: number): Promise<void> {
  const other = stage.lane.workers.find((one) => one !== slot);
  const [redis, cluster] = [line !== "the cluster", line !== "Redis"];
  await breakFor(stage, `${slot.name} alone loses ${line} (${how})`, ms, {
    breaks: () =>
      Promise.all([
        redis && (how === "cut" ? slot.redis.refuse() : slot.redis.hang()),
        cluster && (how === "cut" ? slot.cluster?.refuse() : slot.cluster?.play({ how: { kind: "hang" } })),
      ]),
    mends: () => Promise.all([redis && slot.redis.heal(), cluster && slot.cluster?.heal()]),
    met: async (_, since) => {
      const lost = [redis && (await redisLost(slot, how)), cluster && (await clusterLost(slot, how, since))];
      const others = other === undefined ? "" : await askRedis(other, "PING");
      const isAlone = others.includes("PONG") && other?.child() !== null;
      return lost.includes(null) || !isAlone ? null : `${lost.filter(Boolean).join(", ")}; ${other?.name} lives`;
    },
  });
}

async function redisLost(slot: Slot, how: How): Promise<string | null> {
  const answer = await askRedis(slot, "PING");
  return answer === (how === "cut" ? "closed" : "nothing") ? `${slot.name}'s line to Redis: ${answer}` : null;
}

/** A call that was made since, and not answered. */
async function clusterLost(slot: Slot, how: How, since: number): Promise<string | null> {
  if (how === "cut") return (await isDeaf(slot)) ? `${slot.name}'s line to the cluster: closed` : null;
  const held = slot.cluster?.calls.find(({ at, status }) => at >= since && status === null);
  return held === undefined ? null : `${slot.name} is not answered: ${held.method} ${held.path.slice(0, 60)}`;
}
