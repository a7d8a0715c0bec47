/**
 * Puts virtual time, and chance that repeats, under code that knows nothing of it: the globals and Node's own modules
 * are replaced for as long as a run lasts. Only ever used in a process that does nothing but simulate.
 */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
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

/** What `setTimeout` returns: as much of Node's as code uses. */
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

/** Made once: a million runs make some hundred million of them. */
const ABORTED = Object.assign(new Error("The operation was aborted"), { name: "AbortError", code: "ABORT_ERR" });

function virtualUuid(): string {
  const part = () =>
    Math.floor(here().random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const hex = part() + part() + part() + part();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function replace(): void {
  Object.assign(globalThis, {
    setTimeout: (happen: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      new VirtualTimeout(delayOf(ms), () => happen(...given)),
    clearTimeout: (timeout: unknown) => {
      if (timeout instanceof VirtualTimeout) timeout.drop();
    },
  });
  // What code sees of time are its own machine's clocks; the world's own code sees true time.
  Date.now = () => Math.floor(here().timeline.now() + (currentMachine()?.skewMs ?? 0));
  performance.now = () => here().timeline.now() - (currentMachine()?.startedAt ?? 0);
  Math.random = () => here().random();
  Object.assign(timersPromises, { setTimeout: virtualWait });
  Object.assign(crypto, { randomUUID: virtualUuid });
  syncBuiltinESMExports();
  lightenSignals();
}

/**
 * Node keeps every signal made by `AbortSignal.any` that somebody listens to, until it is aborted: that of a process
 * which died never is, and would keep its whole world. And it makes an error with its stack for each abort.
 */
function lightenSignals(): void {
  AbortSignal.any = (signals) => {
    const either = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) either.abort(signal.reason);
      else signal.addEventListener("abort", () => either.abort(signal.reason), { once: true });
    }
    return either.signal;
  };
  const listen = AbortSignal.prototype.addEventListener;
  AbortSignal.prototype.addEventListener = function (
    type: string,
    listener: Parameters<typeof listen>[1],
    options?: AddEventListenerOptions | boolean,
  ) {
    if (typeof options !== "object" || options.signal === undefined) return listen.call(this, type, listener, options);
    const { signal: forgotten, ...rest } = options;
    if (forgotten.aborted) return;
    listen.call(this, type, listener, rest);
    listen.call(forgotten, "abort", () => this.removeEventListener(type, listener, rest), { once: true });
  };
  const abort = AbortController.prototype.abort;
  AbortController.prototype.abort = function (reason: unknown = ABORTED) {
    abort.call(this, reason);
  };
}
