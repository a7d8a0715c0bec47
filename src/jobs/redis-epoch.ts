import { randomUUID } from "node:crypto";
import type { Redis, Result } from "ioredis";
import type { Events } from "../workflows/ports.ts";
import { keys } from "./keys.ts";

/**
 * An emptied Redis is written as pending before all is put back, and as settled after, so that a crash in between is no
 * lost loss. One that took over says itself in which Redis it was settled last.
 */
const PENDING = "pending ";
const SETTLED = "settled ";

/** Returns 1 where it is settled now: a client may send it twice, and another worker may have settled it just so. */
const SETTLE_LUA = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
if redis.call('GET', KEYS[1]) == ARGV[2] then return 1 end
return 0
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    settleEpoch(key: string, pending: string, settled: string): Result<number, Context>;
  }
}

export interface EpochWatch {
  /**
   * Takes which Redis this is (see redis-report.ts `life`); looks whether it still is the one that knew everything.
   * Resolves without waiting for what is to be put back, with false where that is still being done, so that nothing was
   * looked at. Rejects where Redis does not answer.
   */
  look(life: string): Promise<boolean>;
  /** Why nothing may be granted, as a sentence without its full stop, until all is put back; else null. */
  whyNot(): string | null;
}

const BEING_PUT_BACK =
  "Redis may have forgotten endings, which are put back from the ledger first: " +
  "where that takes long, see in the worker's log what keeps it from that";

/**
 * Notices that Redis has forgotten: its epoch key is missing or another's (somebody flushed it, or it came back empty),
 * or another Redis answers (a failover, which may have lost the last writes). Then it calls `forgotten`, at least once,
 * and again with the next look where that throws or the loss happens again meanwhile.
 */
export function watchEpoch(redis: Redis, events: Events, forgotten: (loss: string) => Promise<unknown>): EpochWatch {
  redis.defineCommand("settleEpoch", { numberOfKeys: 1, lua: SETTLE_LUA });
  let known: string | null = null;
  let isBusy = false;
  let isOwed = false;

  const putBack = async (life: string, epoch: string) => {
    isBusy = true;
    isOwed = true;
    try {
      // One loss is called by one name, though another worker may have settled it meanwhile.
      const settled = settledIn(epoch, life);
      await forgotten(settled);
      // Redis may have forgotten once more meanwhile: the next look finds it.
      if ((await redis.settleEpoch(keys.epoch, epoch, settled)) === 0) return;
      known = settled;
      isOwed = false;
      events.happened("what Redis had forgotten is put back", {});
    } catch (cause) {
      events.failed("what Redis has forgotten is not put back yet", {}, cause);
    } finally {
      isBusy = false;
    }
  };
  return {
    look: async (life) => {
      if (isBusy) return false;
      const epoch = (await redis.get(keys.epoch)) ?? (await begin(redis));
      // Another worker may have settled what this one could not put back: endings that it has begun itself it alone knows.
      if (!isOwed && epoch === settledIn(epoch, life) && (known === null || known === epoch)) known = epoch;
      else void putBack(life, epoch);
      return true;
    },
    whyNot: () => (isOwed ? BEING_PUT_BACK : null),
  };
}

async function begin(redis: Redis): Promise<string> {
  const epoch = `${PENDING}${randomUUID()}`;
  await redis.set(keys.epoch, epoch, "NX");
  return (await redis.get(keys.epoch)) ?? epoch;
}

/** Which Redis all was put back in stands in the epoch: a failover may come while no worker lives that would notice it. */
function settledIn(epoch: string, life: string): string {
  const [, name = ""] = epoch.split(" ");
  return `${SETTLED}${name} ${life}`;
}
