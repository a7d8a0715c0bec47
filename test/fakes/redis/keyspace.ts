import type { Millis } from "../../../src/workflows/person.ts";
import { EMPTY, type Place, ReplyError, type Type, type Values } from "./values.ts";

/** Units further back than any replica and any file of Redis reaches are forgotten so many at a time. */
const FORGOTTEN_AT_ONCE = 1_024;

/** The data, and how to take back what was written last: a failover and a lost file end in an earlier state. */
export interface Keyspace {
  now(): Millis;
  /** How many units were written so far. */
  offset(): number;
  /** Does one command or script: what it writes is one unit, which a replica has as a whole or not at all. */
  unit<Answer>(work: () => Answer): Answer;
  /** Whether the unit under way has written anything yet. */
  isDirty(): boolean;
  /** Returns what stands under a key, null where nothing does; throws WRONGTYPE where it is of another type. */
  read<T extends Type>(key: string, type: T): Values[T] | null;
  /** Returns what stands under a key, a new empty value where nothing does. */
  open<T extends keyof typeof EMPTY>(key: string, type: T): Values[T];
  place(key: string): Place | null;
  put(key: string, place: Place): void;
  remove(key: string): boolean;
  setUntil(key: string, until: Millis | null): boolean;
  /** Tells how to take back a change that was just made within a value. */
  changed(undo: () => void): void;
  keys(): string[];
  flush(): void;
  /** Takes back all units from this offset on. */
  rollBack(offset: number): void;
  /** The offset at that moment: what a file written then holds. */
  offsetAt(moment: Millis): number;
  /** Says that nobody will go back behind this offset. */
  forgetBefore(offset: number): void;
}

interface Unit {
  readonly at: Millis;
  readonly undos: readonly (() => void)[];
}

/** Takes the server's time, in epoch milliseconds; returns no data. */
export function createKeyspace(now: () => Millis): Keyspace {
  let data = new Map<string, Place>();
  let forgotten = 0;
  let units: Unit[] = [];
  let undos: (() => void)[] = [];

  const place = (key: string): Place | null => {
    const found = data.get(key);
    return found === undefined || (found.until !== null && found.until <= now()) ? null : found;
  };
  const restore = (key: string, before: Place | undefined) => {
    if (before === undefined) data.delete(key);
    else data.set(key, before);
  };
  const put = (key: string, next: Place) => {
    const before = data.get(key);
    data.set(key, next);
    undos.push(() => restore(key, before));
  };
  const read = <T extends Type>(key: string, type: T): Values[T] | null => {
    const value = place(key)?.value;
    if (value === undefined) return null;
    if (value.type === type) return value as Values[T];
    throw new ReplyError("WRONGTYPE Operation against a key holding the wrong kind of value");
  };
  return {
    now,
    offset: () => forgotten + units.length,
    unit: (work) => {
      try {
        return work();
      } finally {
        if (undos.length > 0) {
          units.push({ at: now(), undos });
          undos = [];
        }
      }
    },
    isDirty: () => undos.length > 0,
    read,
    open: (key, type) => {
      const found = read(key, type);
      if (found !== null) return found;
      const value = EMPTY[type]();
      put(key, { value, until: null });
      return value as Values[typeof type];
    },
    place,
    put,
    remove: (key) => {
      if (place(key) === null) return false;
      const before = data.get(key);
      data.delete(key);
      undos.push(() => restore(key, before));
      return true;
    },
    setUntil: (key, until) => {
      const found = place(key);
      if (found === null) return false;
      const before = found.until;
      found.until = until;
      undos.push(() => {
        found.until = before;
      });
      return true;
    },
    changed: (undo) => void undos.push(undo),
    keys: () => [...data.keys()].filter((key) => place(key) !== null),
    flush: () => {
      const before = data;
      data = new Map();
      undos.push(() => {
        data = before;
      });
    },
    rollBack: (offset) => {
      if (offset < forgotten) throw new RangeError(`what was written before unit ${forgotten} is no longer known`);
      for (const unit of units.splice(offset - forgotten).reverse()) {
        for (const undo of unit.undos.toReversed()) undo();
      }
    },
    offsetAt: (moment) => {
      return forgotten + units.findLastIndex(({ at }) => at <= moment) + 1;
    },
    forgetBefore: (offset) => {
      if (offset - forgotten < FORGOTTEN_AT_ONCE) return;
      units = units.slice(offset - forgotten);
      forgotten = offset;
    },
  };
}
