/**
 * Puts virtual time, and chance that repeats, under code that knows nothing of it: the globals and Node's own modules
 * are replaced for as long as a run lasts. Only ever used in a process that does nothing but simulate.
 */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
import { ABORTED, LightController, LightSignal } from "./light-signals.ts";
import { currentMachine } from "./machine.ts";
import type { Planned, Timeline } from "./timeline.ts";

interface World {
  readonly timeline: Timeline;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** The world whose time it is; there is one at a time. */
let world: World | null = null;

/** Takes the world that time and chance come from, from now on. Replaces Node's own at the first call, for good. */
export function liveIn(next: World): void {
  if (world === null) replace();
  world = next;
}

function here(): World {
  if (world === null) throw new Error("no world is simulated");
  return world;
}

/** What `setTimeout` and `setImmediate` return: as much of Node's as code uses. */
class VirtualTimeout {
  readonly #ms: number;
  readonly #happen: () => void;
  #planned: Planned;

  constructor(ms: number, happen: () => void) {
    this.#ms = ms;
    this.#happen = happen;
    this.#planned = here().timeline.plan(ms, happen);
  }

  drop(): void {
    this.#planned.drop();
  }

  refresh(): this {
    this.#planned.drop();
    this.#planned = here().timeline.plan(this.#ms, this.#happen);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

/** Node takes what is no number, or too large a one, as 1 ms. */
function delayOf(ms: unknown): number {
  const delay = Number(ms);
  return delay >= 1 && delay <= 2 ** 31 - 1 ? Math.trunc(delay) : 1;
}

function virtualWait<T>(ms?: number, value?: T, { signal }: { readonly signal?: AbortSignal } = {}): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const refuse = () => reject(ABORTED);
    if (signal?.aborted === true) return refuse();
    const stop = () => {
      planned.drop();
      refuse();
    };
    const planned = here().timeline.plan(delayOf(ms), () => {
      signal?.removeEventListener("abort", stop);
      resolve(value as T);
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function virtualUuid(): string {
  const part = () => {
    const drawn = Math.floor(here().random() * 2 ** 32);
    return `${HEX[drawn >>> 24]}${HEX[(drawn >>> 16) & 255]}${HEX[(drawn >>> 8) & 255]}${HEX[drawn & 255]}`;
  };
  const hex = part() + part() + part() + part();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function replace(): void {
  const clear = (planned: unknown) => {
    if (planned instanceof VirtualTimeout) planned.drop();
  };
  Object.assign(globalThis, {
    setTimeout: (happen: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      new VirtualTimeout(delayOf(ms), () => happen(...given)),
    // Node's own comes when no tick is left, and ticks are what time goes by in: it would not come before the run is over.
    setImmediate: (happen: (...given: unknown[]) => void, ...given: unknown[]) =>
      new VirtualTimeout(0, () => happen(...given)),
    clearTimeout: clear,
    clearImmediate: clear,
  });
  // What code sees of time are its own machine's clocks; the world's own code sees true time.
  Date.now = () => Math.floor(here().timeline.now() + (currentMachine()?.skewMs ?? 0));
  performance.now = () => here().timeline.now() - (currentMachine()?.startedAt ?? 0);
  Math.random = () => here().random();
  Object.assign(timersPromises, { setTimeout: virtualWait });
  Object.assign(crypto, { randomUUID: virtualUuid });
  syncBuiltinESMExports();
  Object.assign(globalThis, { AbortController: LightController, AbortSignal: LightSignal });
}
