import type { V1Job } from "@kubernetes/client-node";
import { BareRefusal } from "./bare-client.ts";
import { type Ground, whereOf } from "./ground.ts";
import { JOBS } from "./limit.ts";
import { watch } from "./watch.ts";

/**
 * Completes every timer as soon as it is made, until it is stopped, as a Job controller would whose client is not kept
 * at 20 calls a second: the stock one takes 100 s for a thousand, and grants whose timer is late are ended.
 */
export function completeTimers(ground: Ground): { stop(): Promise<void> } {
  const stop = new AbortController();
  const working = (async () => {
    const completing: Promise<void>[] = [];
    for await (const { type, object } of watch<V1Job>({ ...whereOf(ground), path: JOBS }, stop.signal)) {
      if (type === "ADDED") completing.push(complete(ground, object));
    }
    await Promise.all(completing);
  })();
  working.catch(() => {});
  return {
    stop: async () => {
      stop.abort();
      await working;
    },
  };
}

/** The Job controller itself may be quicker, and the grant may be over: both are as well. */
async function complete({ asAdmin }: Ground, { metadata, status }: V1Job): Promise<void> {
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const conditions = ["SuccessCriteriaMet", "Complete"].map((type) => ({
    ...{ type, status: "True", lastProbeTime: now, lastTransitionTime: now },
    ...{ reason: "CompletionsReached", message: "Reached expected number of succeeded pods" },
  }));
  try {
    await asAdmin("PATCH", `${JOBS}/${metadata?.name ?? ""}/status`, {
      status: { startTime: status?.startTime ?? now, completionTime: now, conditions },
    });
  } catch (cause) {
    if (!(cause instanceof BareRefusal && [404, 409, 422].includes(cause.status))) throw cause;
  }
}
