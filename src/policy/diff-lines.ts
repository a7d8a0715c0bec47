/**
 * For whom and where what changes is said: of the widest case that has it, with the narrower cases that have not as
 * exceptions; of a narrower one by itself where no wider one that is said takes it in.
 */
import type { Kind } from "./diff-subjects.ts";
import type { Place } from "./row-places.ts";

/** A case: some place, and somebody in these Slack user groups. */
export interface Case {
  readonly place: Place;
  readonly slackGroups: readonly string[];
  /** All that it asks for: the groups, and the keys of the place. It takes in whatever asks for all of this and more. */
  readonly keys: readonly string[];
}

/** What somebody may, before and after. */
export interface BothWords {
  readonly before: string;
  readonly after: string;
}

/** A case, and what changes in it: the same object for the same change, null for none. */
export interface Found extends Case {
  readonly change: BothWords | null;
}

/** A narrower case that is left out; of all who are meant (null), or of one kind of them. */
export interface Exception extends Case {
  readonly kind: Kind | null;
}

/** What is said. */
export interface Line extends Case {
  readonly kind: Kind;
  readonly change: BothWords;
  readonly except: readonly Exception[];
}

/** One kind of people, and what is known of their cases. */
export interface Column {
  readonly kind: Kind;
  /** Cases in which something may change. */
  readonly found: readonly Found[];
  /** Takes a case; returns it and those below it, as far as they are told apart for this kind. */
  readonly below: (one: Case) => readonly Found[];
}

/** Takes all kinds of people; returns what is to be said of them. What is said of anybody is said of each. */
export function linesOf(columns: readonly Column[]): readonly Line[] {
  const looking = columns.map((column): Looking => ({ column, left: new Queue(column.found) }));
  const others = looking.filter(({ column }) => !column.kind.isAnybody);
  const first = looking
    .filter(({ column }) => column.kind.isAnybody)
    .flatMap((anybody) => linesIn(anybody, [], others));
  return [...first, ...others.flatMap((one) => linesIn(one, first, []))];
}

/** A column, and its cases that are still to be looked at. */
interface Looking {
  readonly column: Column;
  readonly left: Queue;
}

function linesIn({ column, left }: Looking, wider: readonly Line[], narrower: readonly Looking[]): readonly Line[] {
  const { kind } = column;
  const said = new Cases<Line>(wider);
  const lines: Line[] = [];
  for (const { change, ...one } of left.inOrder()) {
    if (change === null || said.takingIn(one).some((line) => line.change === change && !isLeftOut(line, kind, one))) {
      continue;
    }
    const here = widestOf(othersBelow({ column, left }, one, change));
    const known = new Cases(here);
    const theirs = narrower.flatMap((other) =>
      widestOf(othersBelow(other, one, change).filter((found) => known.takingIn(found).length === 0)).map((found) => ({
        ...found,
        kind: other.column.kind,
      })),
    );
    const line: Line = {
      ...one,
      kind,
      change,
      except: [...here.map((found) => ({ ...found, kind: null })), ...theirs],
    };
    lines.push(line);
    said.add(line);
  }
  return lines;
}

/** Returns what is below a case and changes otherwise, or not at all. All that is below is looked at later. */
function othersBelow({ column, left }: Looking, one: Case, change: BothWords): readonly Found[] {
  const below = column.below(one);
  left.add(below);
  return below.filter((found) => found.change !== change);
}

function isLeftOut({ except }: Line, kind: Kind, one: Case): boolean {
  return except.some((other) => (other.kind === null || other.kind === kind) && isIn(one, other));
}

/** Of several those that no other takes in. */
function widestOf(cases: readonly Found[]): readonly Found[] {
  const widest = new Cases<Found>([]);
  for (const one of cases.toSorted((a, b) => a.keys.length - b.keys.length)) {
    if (widest.takingIn(one).length === 0) widest.add(one);
  }
  return widest.all;
}

/** Returns whether the one is the other or a narrower case. */
function isIn(one: Case, other: Case): boolean {
  return other.keys.every((key) => one.keys.includes(key));
}

/** Cases by one of the things that they ask for, so that few are looked at. */
class Cases<One extends Case> {
  readonly all: One[] = [];
  readonly #by = new Map<string, One[]>();

  constructor(cases: readonly One[]) {
    for (const one of cases) this.add(one);
  }

  add(one: One): void {
    this.all.push(one);
    const key = one.keys.at(-1) ?? "";
    const some = this.#by.get(key) ?? [];
    some.push(one);
    this.#by.set(key, some);
  }

  /** Takes a case; returns all that take it in. */
  takingIn(one: Case): readonly One[] {
    return one.keys.flatMap((key) => (this.#by.get(key) ?? []).filter((other) => isIn(one, other)));
  }
}

/** Cases in which something changes, each once: those that ask for least first. */
class Queue {
  readonly #bySize: Found[][] = [];
  readonly #known = new Set<string>();

  constructor(found: readonly Found[]) {
    this.add(found);
  }

  /** Takes more, none of them wider than the one that was given out last. */
  add(found: readonly Found[]): void {
    for (const one of found) {
      const key = one.keys.toSorted().join();
      if (one.change === null || this.#known.has(key)) continue;
      this.#known.add(key);
      const some = this.#bySize[one.keys.length] ?? [];
      some.push(one);
      this.#bySize[one.keys.length] = some;
    }
  }

  *inOrder(): Generator<Found> {
    for (let size = 0; size < this.#bySize.length; size++) yield* this.#bySize[size] ?? [];
  }
}
