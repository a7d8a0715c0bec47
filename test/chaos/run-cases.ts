import { setTimeout as wait } from "node:timers/promises";
import type { Guardian } from "../workbench/guardian.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import type { RedisServer } from "../workbench/redis-server.ts";
import { followAudit } from "./audit-tail.ts";
import type { Case } from "./case.ts";
import { openEye } from "./eye.ts";
import { longestMs } from "./how-long.ts";
import { inTime } from "./in-time.ts";
import { type Lane, type LaneOptions, openLane } from "./lane.ts";
import { tellNotes } from "./notes.ts";
import type { Watchers } from "./observe.ts";
import { openProbes } from "./probes.ts";
import { type Result, runCase } from "./run-case.ts";
import { createTurns } from "./turns.ts";

export interface Running extends LaneOptions {
  readonly guardian: Guardian;
  readonly kubernetes: AttachedKubernetes;
  readonly redisServer: RedisServer;
  readonly cases: readonly Case[];
  /** So many cases at a time, each on parts of its own but for the API server. */
  readonly lanes: number;
  /** Before each lane's name, so that runs on one control plane have namespaces of their own. */
  readonly prefix?: string;
  /**
   * By then all is over (by `performance.now()`), as in a slice: no case is begun that may last longer, and one that does has
   * hung, or is cut short.
   */
  readonly overBy?: number;
  /** `isAgain`: it is played once more, and this does not count. */
  readonly over: (result: Result, isAgain: boolean) => void;
  /** A case was cut short, and there is no result of it. */
  readonly cutShort?: (one: Case) => void;
}

/** Between two lanes' starts: each starts four processes. */
const APART_MS = 1_500;

/**
 * Plays cases on several lanes at a time, one that was not met once more; resolves when all are over, or with what was over
 * in time.
 */
export async function runCases(running: Running): Promise<readonly Result[]> {
  const { guardian, kubernetes, redisServer } = running;
  const workerKubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
  const watchers: Watchers = {
    ...{ eye: openEye(kubernetes), probes: openProbes(kubernetes) },
    audit: await followAudit(kubernetes.auditLog),
  };
  const turns = createTurns(running.cases);
  const leftMs = () => (running.overBy ?? Number.POSITIVE_INFINITY) - performance.now();
  const results: Result[] = [];
  const options = running.workerProgram === undefined ? {} : { workerProgram: running.workerProgram };
  const work = async (_: unknown, i: number) => {
    await wait(i * APART_MS);
    const ground = { guardian, kubernetes, redisServer, workerKubeconfig };
    const name = `${running.prefix ?? ""}lane-${i + 1}`;
    let lane: Lane | null = null;
    let replicas: 1 | 2 = i % 2 === 0 ? 1 : 2;
    for (let next = turns.take(replicas, leftMs()); next !== null; next = turns.take(replicas, leftMs())) {
      lane ??= await openLane(ground, name, options);
      replicas = next.replicas;
      const playing = runCase(lane, watchers, next, `${guardian.folder}/logs`);
      const result = await resultOf(next, lane, playing, leftMs());
      if (result === null) {
        running.cutShort?.(next);
        break;
      }
      const isAgain = turns.again(result, leftMs());
      if (!isAgain) results.push(result);
      running.over(result, isAgain);
      // What is still wrong must not be blamed on the next case.
      if (result.violations.length > 0 || lane.spoilt()) {
        await lane.close();
        lane = null;
      }
    }
    await lane?.close();
  };
  await Promise.all(Array.from({ length: running.lanes }, work));
  watchers.eye.close();
  await Promise.all([watchers.probes.close(), watchers.audit.close()]);
  return results;
}

/**
 * Takes a case that is played and how many milliseconds are left; returns its result, or one that says that it did not come to
 * an end; null where the time that is left was over before that could be said.
 */
async function resultOf(one: Case, lane: Lane, playing: Promise<Result>, leftMs: number): Promise<Result | null> {
  const begunAt = performance.now();
  const broken = (why: string): Result => ({
    ...{ case: one, lane: lane.name, seconds: (performance.now() - begunAt) / 1000, met: false, shown: null },
    ...{ lagMs: null, boundMs: one.boundMs, stallMs: 0, lostApprovals: 0, lostWords: 0, doubledWords: 0 },
    ...{ violations: [why], lent: false, account: tellNotes(lane.notes.all()) },
  });
  const safely = playing.catch((cause: unknown) => broken(`the case broke off: ${String(cause)}`));
  const came = await inTime(safely, longestMs(one, Number.isFinite(leftMs)), leftMs);
  if (came === "cut short") return null;
  return came === "hung" ? broken("the case did not come to an end") : came;
}
