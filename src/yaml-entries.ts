/**
 * How many entries the maps and lists of a file have, counted by its lexer alone: to compose them takes ten times as long,
 * and of a list that is too long for anybody all of that would be for one fault.
 */

/** By how deep the map or list stands. A group may list 20,000 people, and nothing that is read so has more than that. */
const MOST_ENTRIES = [1_000, 10_000, 20_000] as const;
const [AT_TOP, BELOW, DEEPER] = MOST_ENTRIES;

/** A map or list that is written line by line, and how many of its entries were read. */
interface Block {
  readonly indentation: number;
  readonly isList: boolean;
  entries: number;
}

/** Counts while it is told of each token. */
export class EntryCount {
  readonly #blocks: Block[] = [];
  readonly #commas: number[] = [];

  /**
   * Takes a token's type, and its indentation where it is the first of a line; returns how many entries the map or list in
   * which it stands may have, where it has more, or null.
   */
  tooMany(type: string | null, indentation: number | null): number | null {
    const here = this.#read(type, indentation);
    const depth = this.#blocks.length + this.#commas.length;
    const most = depth <= 1 ? AT_TOP : depth === 2 ? BELOW : DEEPER;
    return here > most ? most : null;
  }

  #read(type: string | null, indentation: number | null): number {
    const isFlow = this.#commas.length > 0;
    const entries = isFlow || indentation === null ? 0 : this.#readLine(indentation, type === "seq-item-ind");
    if (type === "flow-map-start" || type === "flow-seq-start") this.#commas.push(0);
    if (type === "flow-map-end" || type === "flow-seq-end") this.#commas.pop();
    if (type !== "comma" || !isFlow) return entries;
    const commas = (this.#commas.pop() ?? 0) + 1;
    this.#commas.push(commas);
    return commas;
  }

  /** A list may stand below a key without being indented. */
  #readLine(indentation: number, isList: boolean): number {
    const isOver = (block: Block) =>
      block.indentation > indentation || (block.indentation === indentation && block.isList && !isList);
    for (let last = this.#blocks.at(-1); last !== undefined && isOver(last); last = this.#blocks.at(-1)) {
      this.#blocks.pop();
    }
    const last = this.#blocks.at(-1);
    if (last?.indentation === indentation && last.isList === isList) {
      last.entries += 1;
      return last.entries;
    }
    this.#blocks.push({ indentation, isList, entries: 1 });
    return 1;
  }
}
