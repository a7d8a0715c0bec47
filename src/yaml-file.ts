import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { type Fault, FileFaults, sayPath } from "./fault.ts";
import { parseYamlText, type YamlText } from "./yaml-text.ts";

/** Larger than any policy people review; a limit so that a wrong path cannot fill the memory. */
export const MOST_BYTES = 1_000_000;
const TOO_LARGE = `is larger than ${MOST_BYTES} bytes`;

/**
 * Reads a YAML file against a schema. Takes the path and the schema; returns the value and the SHA-256 of the file's
 * bytes (hex). Throws FileFaults with the place of every fault.
 */
export function readYamlFile<T extends z.ZodType>(
  path: string,
  schema: T,
): { readonly value: z.infer<T>; readonly hash: string } {
  const bytes = readBytes(path, MOST_BYTES);
  return {
    value: parseYaml(path, decodeText(path, bytes), schema),
    hash: createHash("sha256").update(bytes).digest("hex"),
  };
}

/**
 * Takes a path and the most bytes that it may hold; returns them. Throws FileFaults: for a pipe or a device too, which
 * would have a reader wait for ever.
 */
function readBytes(path: string, most: number): Buffer {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = fstatSync(file);
    if (status.isDirectory()) throw atTop(path, "cannot be read (EISDIR)");
    if (!status.isFile()) throw atTop(path, "is no file: write the path of one");
    if (status.size > most) throw atTop(path, TOO_LARGE);
    const bytes = readFileSync(file);
    if (bytes.length > most) throw atTop(path, TOO_LARGE);
    return bytes;
  } catch (cause) {
    if (cause instanceof FileFaults) throw cause;
    throw atTop(path, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"})`);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function atTop(file: string, message: string): FileFaults {
  return new FileFaults([{ file, line: 1, column: 1, message }]);
}

/** Takes a name for messages and a file's bytes; returns its text. Throws FileFaults. */
export function decodeText(file: string, bytes: Buffer): string {
  if (!isUtf8(bytes)) throw atTop(file, "is not UTF-8");
  return bytes.toString("utf8");
}

/** Takes a name for messages, the text and the schema; returns the value. Throws FileFaults. */
export function parseYaml<T extends z.ZodType>(name: string, text: string, schema: T): z.infer<T> {
  const yaml = parseYamlText(name, text);
  const parsed = schema.safeParse(yaml.value);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => issueFaults(issue, yaml));
  if (parsed.success && yaml.faults.length === 0) return parsed.data;
  throw new FileFaults([...yaml.faults, ...issues]);
}

/**
 * Takes what is wrong by the schema, and the text that its path counts from; returns the faults, one for each setting
 * that nobody knows.
 */
export function issueFaults(issue: z.core.$ZodIssue, yaml: Pick<YamlText, "fault">): readonly Fault[] {
  const where = issue.path.length > 0 ? `${sayPath(issue.path)}: ` : "";
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => yaml.fault([...issue.path, key], `${where}there is no setting "${key}"`, true));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => yaml.fault(issue.path, `${where}${message}`, true));
  }
  return [yaml.fault(issue.path, `${where}${sayIssue(issue)}`)];
}

const KINDS: Readonly<Record<string, string>> = {
  string: "write text, in quotation marks where it looks like something else",
  number: "write a number",
  int: "write a whole number",
  boolean: "write true or false",
  array: "write a list",
  object: "write settings, each with its name",
  record: "write entries, each with its id",
};

/** The library's words for a wrong value do not say what to write. */
function sayIssue(issue: z.core.$ZodIssue): string {
  if (!/^(?:Invalid|Too) /.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return sayKind(issue);
    case "invalid_union":
      return issue.errors.length > 0 && issue.errors.every(([first]) => isMissing(first))
        ? "is missing"
        : issue.message;
    case "invalid_format":
      return issue.format === "date" ? `is no day: write one such as "2027-03-31"` : issue.message;
    case "invalid_value":
      return `write ${issue.values.map(String).join(" or ")}`;
    case "too_small":
      return issue.origin === "array" ? "is an empty list: name at least one" : `is less than ${issue.minimum}`;
    case "too_big":
      return issue.origin === "string" ? `has more than ${issue.maximum} characters` : `is more than ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function sayKind(issue: z.core.$ZodIssueInvalidType): string {
  if (isMissing(issue)) return "is missing";
  if (/received null$/.test(issue.message)) return "is empty";
  return KINDS[issue.expected] ?? issue.message;
}

function isMissing(issue: { readonly code?: string | undefined; readonly message: string } | undefined): boolean {
  return issue?.code === "invalid_type" && /received undefined$/.test(issue.message);
}
