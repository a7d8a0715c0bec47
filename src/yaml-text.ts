import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import { type Fault, FileFaults } from "./fault.ts";
import { badSigns, codePoint } from "./yaml-signs.ts";

/** What stands in one YAML file, with the place of each part of it. */
export interface YamlText {
  readonly file: string;
  /** Maps as plain objects; `__proto__` is none of their keys. */
  readonly value: unknown;
  /** What is wrong with single names or characters; the rest was read as it is meant. */
  readonly faults: readonly Fault[];
  /**
   * Takes keys and list positions from the top, and whether the last key itself is meant and not its value; returns a
   * fault at the deepest part of that path that there is.
   */
  fault(path: readonly PropertyKey[], message: string, ofKey?: boolean): Fault;
}

/** Takes a name for messages and the text; returns what stands in it. Throws FileFaults where it cannot be read. */
export function parseYamlText(file: string, text: string): YamlText {
  const bare = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const lines = new LineCounter();
  const at = (offset: number, message: string): Fault => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const signs = badSigns(bare);
  const breaking = signs.some(({ breaks }) => breaks);
  if (breaking) countLines(lines, bare);
  const document = breaking ? null : compose(bare, lines);
  const faults = signs.map(({ offset, message }) => at(offset, message));
  const broken = document === null ? [] : [...document.errors, ...document.warnings].filter(isNoTag);
  if (document === null || broken.length > 0) {
    throw new FileFaults([...faults, ...broken.map(({ pos, message }) => at(pos[0], sayBroken(message)))]);
  }
  const badKeys = keyFaults(document).map(({ offset, message }) => at(offset, message));
  const children: Children = new Map();
  return {
    file,
    faults: [...faults, ...badKeys],
    value: document.toJS(),
    fault: (path, message, ofKey = false) => at(offsetOf({ root: document.contents, path, ofKey, children }), message),
  };
}

function countLines(lines: LineCounter, text: string): void {
  lines.addNewLine(0);
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
}

/** Errors without a stack: a broken megabyte has a hundred thousand, and the traces take most of the time. */
function compose(text: string, lines: LineCounter): Document.Parsed {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    // The parser's own check of keys compares each with each.
    return parseDocument(text, {
      ...{ lineCounter: lines, uniqueKeys: false, version: "1.2", stringKeys: true, prettyErrors: false },
    });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A tag is said once, by `badSigns`. */
function isNoTag({ code }: { code: string }): boolean {
  return code !== "TAG_RESOLVE_FAILED";
}

function sayBroken(message: string): string {
  if (/must be strings/.test(message)) return "a key must be a word: write it as it is";
  const [first = ""] = message.split("\n");
  return first;
}

/** YAML has numbers of many kinds, `0x1F`, `1e3` and `.inf` among them, and no reviewer sees at once what they are. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Keys, and how numbers are written, are checked before anything is made of them: of two keys the last would count. `__proto__` is taken out, since
 * plain objects take it for something else.
 */
function keyFaults(document: Document): readonly { offset: number; message: string }[] {
  const faults: { offset: number; message: string }[] = [];
  visit(document, {
    Scalar: (_, { value, source = "", range }) => {
      if (typeof value !== "number" || PLAIN_NUMBER.test(source)) return;
      faults.push({
        offset: range?.[0] ?? 0,
        message: `${shorten(source)} is no plain number: write it with digits alone`,
      });
    },
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const message = whyBadKey(name, seen);
        if (message !== null) faults.push({ offset: key.range?.[0] ?? 0, message });
        seen.add(name);
      }
      if (seen.has("__proto__")) {
        map.items = map.items.filter(({ key }) => !isScalar(key) || String(key.value) !== "__proto__");
      }
    },
  });
  return faults;
}

function whyBadKey(name: string, seen: ReadonlySet<string>): string | null {
  if (name === "__proto__") return '"__proto__" cannot be a name';
  if (seen.has(name)) return `"${shorten(name)}" stands twice: remove one`;
  const strange = /[^\u0020-\u007e]/u.exec(name)?.[0];
  return strange === undefined || /\p{C}/u.test(strange)
    ? null
    : `"${shorten(name)}" has a letter that only looks like another or is none of a-z (${codePoint(strange)}): write it with a-z`;
}

function shorten(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}

/** Pairs of maps by their keys, of those maps that were asked for: a file may have a fault in each entry of a large one. */
type Children = Map<YAMLMap, ReadonlyMap<string, Child>>;

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

interface Sought {
  readonly root: Node | null;
  readonly path: readonly PropertyKey[];
  readonly ofKey: boolean;
  readonly children: Children;
}

/** The place of the deepest part of the path that exists; a missing key is reported at its parent. */
function offsetOf({ root, path, ofKey, children }: Sought): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    const next = child(node, step, children);
    if (next === null) break;
    offset = (ofKey ? next.key : next.value)?.range?.[0] ?? next.key?.range?.[0] ?? offset;
    node = next.value;
  }
  return offset;
}

function child(node: unknown, step: PropertyKey, children: Children): Child | null {
  if (isMap(node)) {
    const known = children.get(node) ?? pairsOf(node);
    children.set(node, known);
    return known.get(String(step)) ?? null;
  }
  if (isSeq(node)) {
    const value: unknown = node.items[Number(step)];
    return value === undefined ? null : { key: null, value: value as Node };
  }
  return null;
}

/** Of two pairs with one key the first. */
function pairsOf({ items }: YAMLMap): ReadonlyMap<string, Child> {
  const pairs = new Map<string, Child>();
  for (const { key, value } of items) {
    if (!isScalar(key) || pairs.has(String(key.value))) continue;
    pairs.set(String(key.value), { key, value: value as Node | null });
  }
  return pairs;
}
