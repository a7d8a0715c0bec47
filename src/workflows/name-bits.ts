/** Sets of names as bits, to ask of a great many pairs of sets whether they have a name in common. */

/** One set; of the names that were numbered together. */
export type NameBits = Uint32Array;

/** Numbers for names, and sets of them. */
export class NumberedNames {
  readonly #numbers = new Map<string, number>();

  /** Takes all names that there are; each may stand there more than once. */
  constructor(names: Iterable<string>) {
    for (const name of names) if (!this.#numbers.has(name)) this.#numbers.set(name, this.#numbers.size);
  }

  /** Takes names; returns the set of those that were numbered. */
  setOf(names: Iterable<string>): NameBits {
    const bits = new Uint32Array(Math.ceil(this.#numbers.size / 32));
    for (const name of names) {
      const number = this.#numbers.get(name);
      if (number !== undefined) bits[number >>> 5] = (bits[number >>> 5] ?? 0) | (1 << (number & 31));
    }
    return bits;
  }

  /** Takes a set and a name; returns whether it is in it. */
  isIn(bits: NameBits, name: string): boolean {
    const number = this.#numbers.get(name);
    return number !== undefined && ((bits[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0;
  }
}

/** Takes two sets of the same numbering; returns whether a name is in both. */
export function haveCommon(one: NameBits, other: NameBits): boolean {
  for (let i = 0; i < one.length; i++) if (((one[i] ?? 0) & (other[i] ?? 0)) !== 0) return true;
  return false;
}

/** Takes sets of the same numbering; puts all names of the second into the first. */
export function addAll(to: NameBits, from: NameBits): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) | (from[i] ?? 0);
}
