import type { V1Job } from "@kubernetes/client-node";
import type { Millis } from "../workflows/person.ts";
import type { Access } from "../workflows/ports.ts";
import { isOurs } from "./adopt.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import type { JobController } from "./job-controller.ts";
import { GRANTS_NAMESPACE, objectName } from "./objects.ts";

/**
 * A timer may fire this late after the end, no later: what it owns is gone some 2 s after that, and DESIGN.md promises
 * 15 s. The stock Job controller completes ten timers a second (two of its client's 20 calls each), so the last of 100
 * made at once is completed after 9.1 to 9.8 s (measured); whole seconds cost it up to 2 s more.
 */
const FIRES_LATEST_MS = 12_000;
/** What a Job is to a grant. `behind`: it waits for its turn with a Job controller that completes others meanwhile. */
export type TimerState = "armed" | "waiting" | "behind" | "missing";

/** Takes a cluster and a grant; returns whether its timer's countdown runs. */
export async function readTimer(cluster: Connection, access: Access): Promise<TimerState> {
  try {
    const at = { namespace: GRANTS_NAMESPACE, name: objectName(access) };
    return timerState(await cluster.batch.readNamespacedJob(at), access, cluster.jobController);
  } catch (error) {
    if (statusCode(error) === 404) return "missing";
    throw asTrouble(cluster.id, "read the timer", error);
  }
}

/**
 * Takes a Job, a grant and the Job controller; returns what the Job is to the grant. The countdown begins when the
 * Job controller completes the Job; where that came so late that it would fire well after the end, there is no timer
 * worth the name.
 */
export function timerState(job: V1Job, access: Pick<Access, "id" | "end">, controller: JobController): TimerState {
  const seconds = job.spec?.ttlSecondsAfterFinished;
  if (!isOurs(job.metadata, access) || seconds === undefined) return "missing";
  const completedAt: Millis | undefined = job.status?.completionTime?.getTime();
  if (completedAt === undefined) return controller.isAtWork() ? "behind" : "waiting";
  controller.completed(completedAt);
  return completedAt + seconds * 1000 <= access.end + FIRES_LATEST_MS ? "armed" : "missing";
}
