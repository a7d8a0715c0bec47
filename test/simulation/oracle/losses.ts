/** I3, of a Redis that forgets: what it may lose for good, and what must be there again. */
import { keys } from "../../../src/jobs/keys.ts";
import { readRecord } from "../../../src/jobs/record-text.ts";
import { Violation } from "../core/run-state.ts";
import type { World } from "../world/world.ts";
import type { Book } from "./book.ts";
import type { HeldPass } from "./by-hand.ts";
import { AFTER_TROUBLE_MS, type Excuses, LEDGER_AWAY, TIME_OF_WORKERS } from "./excuses.ts";
import type { Eye } from "./eye.ts";

/** A loss is noticed within 5 s; then the clusters are read, and once more where that failed by some other trouble. */
const REBUILT_MS = 7_000;
/** For a ledger that does not answer nobody waits longer: then the clusters are read without it (src/jobs/ledger-recall.ts). */
const LEDGER_MS = 10_000;

type Kind = "request" | "grant";

export interface Losses {
  /** Takes what makes Redis forget; does it, and remembers the records, rows and tellings that are gone. */
  watch(forget: () => void): void;
  /** When Redis forgot something last; 0 where it never did. */
  forgotAt(): number;
  /** When a record was lost last; 0 where it never was. */
  lostAt(kind: Kind, id: string): number;
  /** When grants were taken from their clusters without a record, with nothing in the way of who could say so. */
  readonly taken: ReadonlyMap<string, number>;
  /** What Redis has under a record's id, or null where it has nothing. */
  recordOf(kind: Kind, id: string): unknown;
  /** The state in which Redis has a record, or null where it has none. */
  stateOf(kind: Kind, id: string): string | null;
  /** What people wait to be told and Redis has forgotten. */
  readonly tellings: ReadonlySet<string>;
  /** Throws where a cluster still holds what was lost, and it was not written down anew. */
  expectRebuilt(eye: Eye): void;
}

export interface LossParts {
  readonly book: Book;
  readonly excuses: Excuses;
  readonly now: () => number;
  readonly eyes: readonly Eye[];
  /** Whether somebody's hand has reached a pass. */
  readonly hasReached: (pass: HeldPass) => boolean;
  /** Null until there is one. */
  readonly world: () => World | null;
}

/** Takes the parts; returns what remembers losses. */
export function createLosses({ book, excuses, now, eyes, hasReached, world }: LossParts): Losses {
  const lost = new Map<string, number>();
  /** The grants whose records are not there again yet. */
  const gone = new Set<string>();
  /** In which cluster a grant's AccessGrant lay when its record was lost. */
  const heldIn = new Map<string, string>();
  const taken = new Map<string, number>();
  const tellings = new Set<string>();
  let forgotAt = 0;

  const lostAt = (kind: Kind, id: string) => lost.get(`${kind} ${id}`) ?? 0;
  const recordOf = (kind: Kind, id: string) => {
    const text = world()?.redis.look("get", keys[kind](id));
    return typeof text === "string" ? readRecord(text.slice(text.indexOf(" ") + 1)) : null;
  };
  const stateOf = (kind: Kind, id: string) => (recordOf(kind, id) as { readonly state: string } | null)?.state ?? null;
  function recordsThere(): (readonly [Kind, string])[] {
    const all = [
      ...[...book.asked.keys()].map((id) => ["request", id] as const),
      ...[...book.approved.keys()].map((id) => ["grant", id] as const),
    ];
    return all.filter(([kind, id]) => stateOf(kind, id) !== null);
  }
  const rowsThere = () =>
    new Set(
      world()
        ?.undrained()
        .map(({ entry }) => entry),
    );
  const tellingsThere = () => new Set(world()?.untold());

  function noteRecords(before: ReturnType<typeof recordsThere>): void {
    for (const [kind, id] of before) {
      if (stateOf(kind, id) !== null) continue;
      lost.set(`${kind} ${id}`, forgotAt);
      if (kind !== "grant") continue;
      gone.add(id);
      const holder = eyes.find((eye) => isHeld(id, eye));
      if (holder === undefined) heldIn.delete(id);
      else heldIn.set(id, holder.cluster.id);
    }
  }
  function noteRows(before: ReadonlySet<string>, left: ReadonlySet<string>): void {
    for (const written of book.all) {
      if (before.has(written.entry) && !left.has(written.entry)) written.isLost = true;
    }
  }
  function isOwed(grant: string, eye: Eye): boolean {
    if (!isHeld(grant, eye)) return false;
    const trouble = excuses.until(needed(eye));
    const since = lostAt("grant", grant);
    const ledgerMs = excuses.until([LEDGER_AWAY]) >= since ? LEDGER_MS : 0;
    return now() > (trouble > since ? trouble + AFTER_TROUBLE_MS : since + REBUILT_MS + ledgerMs);
  }
  function noteTaken(grant: string, eye: Eye): void {
    if (heldIn.get(grant) !== eye.cluster.id || isHeld(grant, eye)) return;
    heldIn.delete(grant);
    const pass = { grant, cluster: eye.cluster.id, namespaces: book.approved.get(grant)?.namespaces ?? [] };
    const isHidden = hasReached(pass) || excuses.until([...needed(eye), LEDGER_AWAY]) > lostAt("grant", grant);
    if (stateOf("grant", grant) === null && !isHidden) taken.set(grant, now());
  }
  return {
    ...{ recordOf, stateOf, tellings, lostAt, taken },
    forgotAt: () => forgotAt,
    watch(forget) {
      forgotAt = now();
      const [records, rows, untold] = [recordsThere(), rowsThere(), tellingsThere()];
      forget();
      noteRecords(records);
      noteRows(rows, rowsThere());
      const stillUntold = tellingsThere();
      for (const key of untold) if (!stillUntold.has(key)) tellings.add(key);
    },
    expectRebuilt(eye) {
      for (const grant of gone) {
        noteTaken(grant, eye);
        if (!isOwed(grant, eye)) continue;
        const doubtMs = world()?.clockDoubtMs() ?? 0;
        if (stateOf("grant", grant) !== null) gone.delete(grant);
        else if (now() < (book.approved.get(grant)?.end ?? 0) - doubtMs)
          throw new Violation(
            "I3",
            `grant ${grant} was lost with Redis, lies in ${eye.cluster.id}, and was not rebuilt`,
          );
      }
    },
  };
}

/** What it takes to hear of a loss, and to write down what was lost. */
function needed({ cluster }: Eye): readonly string[] {
  return [cluster.id, "workers", "redis", TIME_OF_WORKERS];
}

function isHeld(grant: string, eye: Eye): boolean {
  const objects = eye.objects().get(grant) ?? [];
  return objects.some(({ plural }) => plural === "accessgrants");
}
