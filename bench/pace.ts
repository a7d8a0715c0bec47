import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../test/fakes/random.ts";

/** The wall clock in milliseconds with its fractions, which `Date.now` cuts off: the audit log has microseconds. */
export function wallNow(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Takes how many, how many a second, and what to do; starts each somewhere in its own slot of time, whether or not the
 * one before is done. Returns all results.
 */
export async function spread<T>(
  count: number,
  perSecond: number,
  random: Random,
  act: (i: number) => Promise<T>,
): Promise<T[]> {
  const begin = performance.now();
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const at = begin + ((i + random.below(1000) / 1000) * 1000) / perSecond;
      await wait(Math.max(0, at - performance.now()));
      return act(i);
    }),
  );
}

/** Takes rounds and names; returns each round's names in an order of its own, one round after another. */
export function shuffleRounds<Name>(rounds: number, names: readonly Name[], random: Random): Name[] {
  return Array.from({ length: rounds }, () => {
    const left = [...names];
    return names.flatMap(() => left.splice(random.below(left.length), 1));
  }).flat();
}
