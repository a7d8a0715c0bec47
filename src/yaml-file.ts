import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { type Document, isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";
import type { z } from "zod";

/** A file that people wrote has faults; each is one line, `file:line:column: what is wrong`. */
export class FileFaults extends Error {
  override readonly name = "FileFaults";
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

/** Larger than any policy people review; a limit so that a wrong path cannot fill the memory. */
const MOST_BYTES = 1_000_000;

/**
 * Reads a YAML file against a schema. Takes the path and the schema; returns the value and the SHA-256 of the file's
 * bytes (hex). Throws FileFaults with the place of every fault.
 */
export function readYamlFile<T extends z.ZodType>(
  path: string,
  schema: T,
): { readonly value: z.infer<T>; readonly hash: string } {
  const bytes = readBytes(path);
  if (!isUtf8(bytes)) throw new FileFaults([`${path}:1:1: is not UTF-8`]);
  return {
    value: parseYaml(path, bytes.toString("utf8"), schema),
    hash: createHash("sha256").update(bytes).digest("hex"),
  };
}

function readBytes(path: string): Buffer {
  try {
    if (statSync(path).size <= MOST_BYTES) return readFileSync(path);
  } catch (cause) {
    throw new FileFaults([`${path}:1:1: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"})`]);
  }
  throw new FileFaults([`${path}:1:1: is larger than ${MOST_BYTES} bytes`]);
}

/** Takes a name for messages, the text and the schema; returns the value. Throws FileFaults. */
export function parseYaml<T extends z.ZodType>(name: string, text: string, schema: T): z.infer<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: "1.2", stringKeys: true });
  const at: At = (offset) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const broken = [...document.errors, ...document.warnings].map((fault) => `${at(fault.pos[0])}: ${firstLine(fault)}`);
  const faults = [...controlFault(text, at), ...broken, ...nodeFaults(document, at)];
  if (faults.length > 0) throw new FileFaults(faults);

  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new FileFaults(parsed.error.issues.flatMap((issue) => faultLines(issue, document.contents, at)));
}

/** Takes an offset in the text; returns `file:line:column`. */
type At = (offset: number) => string;

/** YAML allows no control character but line ends and tabs; the parser lets them through, and no editor shows them. */
function controlFault(text: string, at: At): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const offset = text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/);
  return offset < 0 ? [] : [`${at(offset)}: a control character stands here: remove it`];
}

/**
 * Aliases are refused: what a reviewer reads is what is meant, and no ten lines unfold into a million. `__proto__` is
 * refused since records skip it in silence.
 */
function nodeFaults(document: Document, at: At): readonly string[] {
  const faults: string[] = [];
  visit(document, {
    Alias: (_, { range }) => {
      faults.push(`${at(range?.[0] ?? 0)}: aliases (&name, *name) are not allowed: write the value out`);
    },
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === "__proto__") {
        faults.push(`${at(key.range?.[0] ?? 0)}: "__proto__" cannot be a name`);
      }
    },
  });
  return faults;
}

function faultLines(issue: z.core.$ZodIssue, root: Node | null, at: At): readonly string[] {
  const where = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(
      (key) => `${at(offsetOf(root, [...issue.path, key], true))}: ${where}there is no setting "${key}"`,
    );
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => `${at(offsetOf(root, issue.path, true))}: ${where}${message}`);
  }
  return [`${at(offsetOf(root, issue.path, false))}: ${where}${issue.message}`];
}

/** The place of the deepest part of the path that exists; a missing key is reported at its parent. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], ofKey: boolean): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    const next = child(node, step);
    if (next === null) break;
    offset = (ofKey ? next.key : next.value)?.range?.[0] ?? next.key?.range?.[0] ?? offset;
    node = next.value;
  }
  return offset;
}

function child(node: unknown, step: PropertyKey): { key: Node | null; value: Node | null } | null {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
    );
    return pair === undefined ? null : { key: pair.key as Node, value: pair.value as Node | null };
  }
  if (typeof node === "object" && node !== null && "items" in node && Array.isArray(node.items)) {
    const value: unknown = node.items[Number(step)];
    return value === undefined ? null : { key: null, value: value as Node };
  }
  return null;
}

function firstLine({ message }: Error): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
}
