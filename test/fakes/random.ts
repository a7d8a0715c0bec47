import { createHash, randomInt } from "node:crypto";

/** Numbers that repeat when the same seed is given. */
export interface Random {
  /** Print it with a failure: it repeats the run. */
  readonly seed: number;
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** One of the items; throws for an empty list. */
  pick<Item>(items: readonly Item[]): Item;
}

/** One digest of SHA-256 gives so many numbers of 32 bits. */
const NUMBERS = 8;

/** Takes a seed (a fresh one by default); returns numbers made by hashing seed and count, the same on every machine. */
export function createRandom(seed = randomInt(2 ** 32)): Random {
  let count = 0;
  let digest = Buffer.alloc(0);
  const below = (limit: number) => {
    if (count % NUMBERS === 0) digest = createHash("sha256").update(`${seed} ${count}`).digest();
    return digest.readUInt32BE(4 * (count++ % NUMBERS)) % limit;
  };
  return {
    seed,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
  };
}
