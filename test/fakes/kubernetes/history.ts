import { keyOf, type Plural, type Stored } from "./stored-object.ts";

/** One write. */
export interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly plural: Plural;
  /** As it is after the write; of what was deleted, as it was, with the version of its deletion. */
  readonly object: Stored;
  /** As it was, where it was there. */
  readonly before: Stored | undefined;
}

/** All writes to one API server, in their order: every write counts its version up by one. */
export interface History {
  /** Of the last write. */
  readonly version: number;
  /** Lists and watches from an older version than this one are refused (410). */
  readonly oldest: number;
  record(change: Omit<Change, "version">): void;
  /** Returns the first write after a version. */
  after(version: number): Change | undefined;
  /** Resolves with the next write of a kind. */
  nextChange(plural: Plural): Promise<void>;
  /** Returns what was there of a kind when that version was the last. */
  snapshot(plural: Plural, version: number): Stored[];
  /** Forgets what was before now, as an API server does after some minutes. */
  compact(): void;
}

/** The version before the first write. */
const FIRST = 100;

/** Returns the history of nothing yet. */
export function createHistory(): History {
  const changes: Change[] = [];
  const waiting = new Map<Plural, PromiseWithResolvers<void>>();
  // Plain fields, not getters: a getter in a literal costs a shape of its own, which outlives the young generation.
  const history: Counted = {
    ...{ version: FIRST, oldest: FIRST },
    record({ type, plural, object, before }) {
      history.version += 1;
      changes.push({ version: history.version, type, plural, object, before });
      waiting.get(plural)?.resolve();
      waiting.delete(plural);
    },
    after: (version) => changes[Math.max(0, version - FIRST)],
    nextChange(plural) {
      const next = waiting.get(plural) ?? Promise.withResolvers<void>();
      waiting.set(plural, next);
      return next.promise;
    },
    snapshot: (plural, version) => replay(changes.slice(0, Math.max(0, version - FIRST)), plural),
    compact() {
      history.oldest = history.version;
    },
  };
  return history;
}

type Counted = History & { version: number; oldest: number };

function replay(changes: readonly Change[], plural: Plural): Stored[] {
  const found = new Map<string, Stored>();
  for (const change of changes) {
    if (change.plural !== plural) continue;
    const key = keyOf(change.object.metadata);
    if (change.type === "DELETED") found.delete(key);
    else found.set(key, change.object);
  }
  return [...found.values()];
}
