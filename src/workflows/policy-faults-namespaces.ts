/** Which of many rules surely cover a namespace together, without comparing each with each. */
import { matchesGlob } from "./glob.ts";
import type { NamespaceMatch } from "./policy-schema.ts";

/**
 * Two rules do where an entry stands in both, or a name in one that a glob of the other matches. Of two globs nobody can
 * tell, nor of a label and a name.
 */
export class RulesByNamespace {
  readonly #entries: readonly (readonly string[])[];
  /** Rules by each entry that they name, and by each name that a glob of theirs matches, in order. */
  readonly #naming = new Map<string, number[]>();
  readonly #matching = new Map<string, number[]>();
  readonly #matchedBy = new Map<string, readonly string[]>();
  readonly #seen: Int32Array;

  /** Takes the namespaces of rules, in the rules' order. */
  constructor(rules: readonly (readonly NamespaceMatch[])[]) {
    this.#seen = new Int32Array(rules.length).fill(-1);
    this.#entries = rules.map((entries) => [...new Set(entries.map(keyOf))]);
    const all = [...new Set(this.#entries.flat())];
    const names = all.filter(isName);
    for (const glob of all.filter(isGlob)) {
      this.#matchedBy.set(
        glob,
        names.filter((name) => matchesGlob(glob, name)),
      );
    }
    for (const [place, entries] of this.#entries.entries()) {
      for (const entry of entries) {
        put(this.#naming, entry, place);
        for (const name of this.#matchedBy.get(entry) ?? []) put(this.#matching, name, place);
      }
    }
  }

  /** Takes a rule's place; returns the places of those before it that surely cover a namespace with it, in order. */
  before(place: number): readonly number[] {
    const found: number[] = [];
    const take = (rules: readonly number[] | undefined) => {
      for (const other of rules ?? []) {
        if (other >= place) return;
        if (this.#seen[other] === place) continue;
        this.#seen[other] = place;
        found.push(other);
      }
    };
    for (const entry of this.#entries[place] ?? []) {
      take(this.#naming.get(entry));
      take(this.#matching.get(entry));
      for (const name of this.#matchedBy.get(entry) ?? []) take(this.#naming.get(name));
    }
    return found.sort((one, other) => one - other);
  }
}

/** A label's `=` stands in no name and no glob. */
function keyOf(entry: NamespaceMatch): string {
  return typeof entry === "string" ? entry : `${entry.label}=${entry.value}`;
}

function isGlob(entry: string): boolean {
  return !entry.includes("=") && /[*?]/.test(entry);
}

function isName(entry: string): boolean {
  return !/[*?=]/.test(entry);
}

/** A place is put once for each of its globs that match, one after another. */
function put(lists: Map<string, number[]>, key: string, place: number): void {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  if (list.at(-1) !== place) list.push(place);
}
