import type { V1Job } from "@kubernetes/client-node";
import type { Millis } from "../workflows/person.ts";
import type { Access } from "../workflows/ports.ts";
import { isOurs } from "./adopt.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { GRANTS_NAMESPACE, objectName, TIMER_LATEST_MS } from "./objects.ts";

/** Takes a cluster and a grant; returns whether its timer's countdown runs. */
export async function readTimer(cluster: Connection, access: Access): Promise<"armed" | "waiting" | "missing"> {
  try {
    return timerState(
      await cluster.batch.readNamespacedJob({ namespace: GRANTS_NAMESPACE, name: objectName(access) }),
      access,
    );
  } catch (error) {
    if (statusCode(error) === 404) return "missing";
    throw asTrouble(cluster.id, "read the timer", error);
  }
}

/**
 * Takes a Job and a grant; returns what it is to the grant. The countdown begins when the Job controller completes the
 * Job; where that came so late that it would fire well after the end, there is no timer worth the name.
 */
export function timerState(job: V1Job, access: Pick<Access, "id" | "end">): "armed" | "waiting" | "missing" {
  const seconds = job.spec?.ttlSecondsAfterFinished;
  if (!isOurs(job.metadata, access) || seconds === undefined) return "missing";
  const completedAt: Millis | undefined = job.status?.completionTime?.getTime();
  if (completedAt === undefined) return "waiting";
  return completedAt + seconds * 1000 <= access.end + TIMER_LATEST_MS ? "armed" : "missing";
}
