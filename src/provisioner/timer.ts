import type { V1Job } from "@kubernetes/client-node";
import { MOST_SKEW_MS } from "../workflows/judge.ts";
import type { Millis } from "../workflows/person.ts";
import type { Access } from "../workflows/ports.ts";
import { isOurs } from "./adopt.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import type { JobController } from "./job-controller.ts";
import { GRANTS_NAMESPACE, objectName } from "./objects.ts";
import { withSkew } from "./skew.ts";

/**
 * A timer may fire this late after the end, no later: what it owns is gone some 2 s after that, and DESIGN.md promises
 * 15 s. The second between is for what an answer's Date does not say; where the answer took longer, it says that much
 * less. The stock Job controller completes ten timers a second (two of its client's 20 calls each), so the last of 100
 * made at once is completed after 9.1 to 9.8 s (measured); whole seconds cost it up to 2 s more.
 */
const FIRES_LATEST_MS = 12_000;
/** What a Job is to a grant. `behind`: it waits for its turn with a Job controller that completes others meanwhile. */
export type TimerState = "armed" | "waiting" | "behind" | "missing";

/** Takes a cluster, a grant and the time; returns whether its timer's countdown runs. */
export async function readTimer(cluster: Connection, access: Access, now: Millis): Promise<TimerState> {
  try {
    const { job, skewMs } = await findTimer(cluster, access, now);
    return timerState(job, { access, skewMs, controller: cluster.jobController });
  } catch (error) {
    if (statusCode(error) === 404) return "missing";
    throw asTrouble(cluster.id, "read the timer", error);
  }
}

/**
 * Takes a cluster, a grant and the time; returns the Job of its timer, and how far its API server's clock is ahead of
 * ours: its controllers', by which it counts, is taken for the same. By a clock that is further off than MOST_SKEW_MS
 * nothing was granted, so what seems to be is ours, which is not set yet. Throws what client-node throws.
 */
export async function findTimer(cluster: Connection, access: Access, now: Millis) {
  const at = { namespace: GRANTS_NAMESPACE, name: objectName(access) };
  const { data: job, skewMs } = await withSkew(now, cluster.batch.readNamespacedJobWithHttpInfo(at));
  return { job, skewMs: Math.max(-MOST_SKEW_MS, Math.min(MOST_SKEW_MS, skewMs)) };
}

/**
 * Takes a Job, a grant, how far its cluster's clock is ahead of ours, and the Job controller; returns what the Job is
 * to the grant. The countdown begins when the Job controller completes the Job; where that came so late that it would
 * fire well after the end, there is no timer worth the name.
 */
export function timerState(
  job: V1Job,
  {
    access,
    skewMs,
    controller,
  }: { readonly access: Pick<Access, "id" | "end">; readonly skewMs: Millis; readonly controller: JobController },
): TimerState {
  const seconds = job.spec?.ttlSecondsAfterFinished;
  if (!isOurs(job.metadata, access) || seconds === undefined) return "missing";
  const completedAt: Millis | undefined = job.status?.completionTime?.getTime();
  if (completedAt === undefined) return controller.isAtWork() ? "behind" : "waiting";
  controller.completed(completedAt);
  return completedAt - skewMs + seconds * 1000 <= access.end + FIRES_LATEST_MS ? "armed" : "missing";
}
