import { currentMachine, type Machine, runIn } from "./machine.ts";

/** Something that happens at a moment, in a process or in the world. */
interface Happening {
  readonly at: number;
  /** By it, what was planned first for a moment happens first. */
  readonly order: number;
  readonly machine: Machine | undefined;
  readonly happen: () => void;
  dropped: boolean;
}

export interface Planned {
  /** It does not happen any more. */
  drop(): void;
}

/** As many turns as a stream takes from what is written to who reads it, and one more. */
const TURNS = 3;
const NOW = Promise.resolve();

/**
 * Calls when every promise that was settled, and all that follows from it at once, has had its turn. A tick of Node's
 * comes when no promise is left to be told; what asks for ticks itself, as streams do, has several turns.
 */
function afterAllElse(work: () => void): void {
  let left = TURNS;
  const turn = () => {
    if (left === 0) work();
    else begin();
  };
  const tick = () => process.nextTick(turn);
  const begin = () => {
    left -= 1;
    void NOW.then(tick);
  };
  begin();
}

/** Virtual time: nothing passes but from one planned happening to the next. */
export interface Timeline {
  /** True time, in epoch milliseconds. */
  now(): number;
  /** The same, but for what all machines slept through: what is under way meanwhile comes no nearer. */
  awake(): number;
  /** Plans something after so many milliseconds, for the process that runs now or for the given one. */
  plan(inMs: number, happen: () => void, machine?: Machine | null): Planned;
  /**
   * Lets time go by until the moment, or until `over` says so. After each happening, and all that follows from it at
   * once, calls `settled`.
   */
  run(until: number, settled: () => void, over: () => boolean): Promise<void>;
  /** So much time goes by at once, as where all machines sleep: what was planned for it happens late, in its order. */
  skip(ms: number): void;
  /** The run is over: nothing that was planned happens any more, and nothing of it is kept. */
  close(): void;
  /** Happenings so far. */
  steps(): number;
}

/** Takes the moment at which it begins; returns the timeline. */
export function createTimeline(start: number): Timeline {
  const heap: Happening[] = [];
  let now = start;
  let slept = 0;
  let order = 0;
  let steps = 0;

  function takeNext(until: number): Happening | null {
    for (let first = heap[0]; first !== undefined && first.at <= until; first = heap[0]) {
      pop(heap);
      if (!first.dropped && first.machine?.alive !== false) return first;
    }
    return null;
  }
  return {
    now: () => now,
    awake: () => now - slept,
    steps: () => steps,
    skip: (ms) => {
      now += ms;
      slept += ms;
    },
    close: () => void heap.splice(0),
    plan(inMs, happen, machine) {
      const owner = machine === undefined ? currentMachine() : (machine ?? undefined);
      const planned = { at: now + Math.max(0, inMs), order: order++, machine: owner, happen, dropped: false };
      push(heap, planned);
      return {
        drop: () => {
          planned.dropped = true;
        },
      };
    },
    run: (until, settled, over) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const attempt = (work: () => void) => {
        try {
          work();
        } catch (fault) {
          reject(fault);
        }
      };
      const step = () => {
        const next = over() ? null : takeNext(until);
        if (next === null) {
          if (!over()) now = Math.max(now, until);
          resolve();
          return;
        }
        now = Math.max(now, next.at);
        steps += 1;
        runIn(next.machine, next.happen);
        afterAllElse(look);
      };
      const look = () =>
        attempt(() => {
          settled();
          step();
        });
      // What was begun before time goes by has its turn first.
      afterAllElse(() => runIn(undefined, look));
      return promise;
    },
  };
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Happening[], item: Happening): void {
  let place = heap.length;
  heap.push(item);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent] as Happening;
    if (!isBefore(item, above)) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = item;
}

function pop(heap: Happening[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Happening, heap[child] as Happening)) child += 1;
    if (!isBefore(heap[child] as Happening, last)) break;
    heap[place] = heap[child] as Happening;
    place = child;
  }
  heap[place] = last;
}
