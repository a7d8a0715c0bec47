import { randomUUID } from "node:crypto";
import type { Redis, Result } from "ioredis";
import type { Events } from "../workflows/ports.ts";
import { keys } from "./keys.ts";

/** Written as pending before all is put back and as settled after, so that a crash in between is no lost loss. */
const PENDING = "pending ";
const SETTLED = "settled ";

const SETTLE_LUA = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
return 1
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    settleEpoch(key: string, pending: string, settled: string): Result<number, Context>;
  }
}

export interface EpochWatch {
  /**
   * Takes which Redis this is (see redis-report.ts `life`); looks whether it still is the one that knew everything.
   * Resolves without waiting for what is to be put back. Rejects where Redis does not answer.
   */
  look(life: string): Promise<void>;
}

/**
 * Notices that Redis has forgotten: its epoch key is missing or another's (somebody flushed it, or it came back empty),
 * or another Redis answers (a failover, which may have lost the last writes). Then it calls `forgotten`, at least once,
 * and again with the next look where that throws or the loss happens again meanwhile.
 */
export function watchEpoch(redis: Redis, events: Events, forgotten: () => Promise<unknown>): EpochWatch {
  redis.defineCommand("settleEpoch", { numberOfKeys: 1, lua: SETTLE_LUA });
  let known: string | null = null;
  let isBusy = false;

  const putBack = async (life: string, epoch: string) => {
    isBusy = true;
    try {
      await forgotten();
      const settled = epoch.replace(PENDING, SETTLED);
      await redis.settleEpoch(keys.epoch, epoch, settled);
      known = `${life} ${settled}`;
      events.happened("what Redis had forgotten is put back", {});
    } catch (cause) {
      events.failed("what Redis has forgotten is not put back yet", {}, cause);
    } finally {
      isBusy = false;
    }
  };
  return {
    look: async (life) => {
      if (isBusy) return;
      const epoch = (await redis.get(keys.epoch)) ?? (await begin(redis));
      const seen = `${life} ${epoch}`;
      if (!epoch.startsWith(PENDING) && (known === null || known === seen)) known = seen;
      else void putBack(life, epoch);
    },
  };
}

async function begin(redis: Redis): Promise<string> {
  const epoch = `${PENDING}${randomUUID()}`;
  await redis.set(keys.epoch, epoch, "NX");
  return (await redis.get(keys.epoch)) ?? epoch;
}
