import type { Redis } from "ioredis";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { within } from "./patience.ts";
import { answered } from "./store-unavailable.ts";

/** How long a replica may take; a commit and this stay below the 1.5 s in which people are answered. */
const CONFIRM_MS = 500;
/** For the answer's own way back. */
const GRACE_MS = 100;
/** As long as a commit's own key lasts anyway. */
const KEY_SECONDS = 60;

export interface ReplicaLine {
  /**
   * Takes the key that a commit has just written. Resolves when a replica has that commit; rejects with
   * `StoreUnavailable` (`unknown`) when none said so in time.
   */
  confirm(commitKey: string): Promise<void>;
}

interface Asking {
  readonly key: string;
  readonly settle: (confirmed: boolean) => void;
}

/**
 * Takes a producer's connection; returns the line by which replicas are asked. It is one of its own, opened when it is
 * first needed, since WAIT holds up all that comes behind it; what is asked meanwhile is asked together.
 */
export function openReplicaLine(redis: Redis): ReplicaLine {
  let line: Redis | undefined;
  let running = false;
  let waiting: Asking[] = [];

  const run = async () => {
    running = true;
    line ??= redis.duplicate({ enableOfflineQueue: true });
    while (waiting.length > 0) {
      const round = waiting;
      waiting = [];
      const known = await askReplicas(line, round).catch(() => new Set<string>());
      for (const { key, settle } of round) settle(known.has(key));
    }
    running = false;
  };
  return {
    confirm: async (key) => {
      const confirmed = new Promise<boolean>((settle) => {
        waiting.push({ key, settle });
      });
      if (!running) void run();
      const answer = await within(confirmed, CONFIRM_MS + GRACE_MS);
      if (answer === true) return;
      throw new StoreUnavailable("unknown", `no replica of Redis confirmed it within ${CONFIRM_MS} ms`);
    },
  };
}

/**
 * Returns the keys that this Redis and one replica have. Each key is touched, which both shows that this is still the
 * Redis that has the commit, not one that took over without it, and gives this line a write for WAIT to wait for.
 */
async function askReplicas(line: Redis, round: readonly Asking[]): Promise<ReadonlySet<string>> {
  let broke = false;
  const noteBreak = () => {
    broke = true;
  };
  line.on("close", noteBreak);
  try {
    const touched = round.map(({ key }) => line.expire(key, KEY_SECONDS));
    const [replicas, ...found] = await answered(Promise.all([line.wait(1, CONFIRM_MS), ...touched]));
    // What was not answered is sent again by itself: a WAIT on a new socket that has written nothing yet waits for nothing.
    if (broke) return await askReplicas(line, round);
    return new Set(replicas === 0 ? [] : round.filter((_, i) => found[i] === 1).map(({ key }) => key));
  } finally {
    line.off("close", noteBreak);
  }
}
