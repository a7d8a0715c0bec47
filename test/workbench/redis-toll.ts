import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type RedisCommand, splitCommands } from "./redis-commands.ts";
import { pingWith, type Replies } from "./redis-replies.ts";
import type { Stop, Toll } from "./toll.ts";

/** Redis answers on loopback in a millisecond; where it does not at all, the command may never have its effect. */
const EFFECT_WITHIN_MS = 2_000;

/** One connection and what looks at its commands. */
export interface Tolled {
  readonly redis: Socket;
  readonly replies: Replies;
  readonly toll: Toll<RedisCommand>;
  hangUp(): void;
}

/** Returns what takes the pieces that a client sends and passes on each whole command, unless it is stopped. */
export function payToll(tolled: Tolled): (piece: Buffer) => Promise<void> {
  const split = splitCommands();
  let dropped = false;
  return async (piece) => {
    for (const command of split(piece)) {
      if (dropped) return;
      const stop = tolled.toll(command);
      if (stop === null) tolled.redis.write(command.raw);
      else dropped = !(await goesOn(tolled, command, stop));
    }
  };
}

async function goesOn({ redis, replies, hangUp }: Tolled, command: RedisCommand, stop: Stop): Promise<boolean> {
  if (stop.when === "after") {
    const word = `after-${randomUUID()}`;
    const answered = replies.hold(word);
    redis.write(command.raw);
    redis.write(pingWith(word));
    await Promise.race([answered, wait(EFFECT_WITHIN_MS)]);
  }
  if ((await stop.act()) === "drop") {
    hangUp();
    return false;
  }
  if (stop.when === "before") redis.write(command.raw);
  else replies.release();
  return true;
}
