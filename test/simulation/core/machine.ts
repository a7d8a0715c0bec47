import { AsyncLocalStorage } from "node:async_hooks";

/**
 * One simulated process of Daypass. Whatever it starts is known to be its own by the asynchronous context, so when it is
 * killed nothing of it goes on: its timers are dropped and its calls are never answered.
 */
export interface Machine {
  /** Such as `worker 1`. */
  readonly name: string;
  alive: boolean;
  /** How far its wall clock is ahead of the true time, in milliseconds. */
  skewMs: number;
  /** The true time at which it was started: where its monotonic clock begins. */
  readonly startedAt: number;
  /** Runs work as part of it; made at the first time. */
  enter?: Enter;
}

type Enter = <T>(work: () => T) => T;

const running = new AsyncLocalStorage<Machine>();

/** Returns the process in which the caller runs; undefined for what belongs to the world. */
export function currentMachine(): Machine | undefined {
  return running.getStore();
}

const enterWorld: Enter = AsyncLocalStorage.snapshot();

/**
 * Runs work as part of a process (undefined: of the world), with all that follows from it. By a snapshot: `run` makes a
 * new map each time.
 */
export function runIn<T>(machine: Machine | undefined, work: () => T): T {
  if (machine === undefined) return enterWorld(work);
  machine.enter ??= running.run(machine, () => AsyncLocalStorage.snapshot());
  return machine.enter(work);
}

/** What a dead process waits for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
