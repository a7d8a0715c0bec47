import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lane } from "./lane.ts";

/** A signed JWT: `{"` in base64 begins its first two parts. */
const TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/;

/**
 * Looks for credentials where none may rest: in every log of the lane's processes, in all that Redis ever wrote to its
 * files, in the ledger. Takes the tokens that people hold; returns where one of them, or any other token of a cluster, such
 * as a trial's or one that nobody read, was found.
 */
export function findSecrets(lane: Lane, logs: string, tokens: readonly string[]): string[] {
  // A piece of its signature names it alone, and is found where a line's end breaks the whole.
  const needles = tokens.map((token) => token.split(".")[2]?.slice(0, 80) ?? token);
  return [...filesBelow(lane.redis.folder), ...filesBelow(lane.ledger), ...logsOf(lane, logs)].flatMap((path) => {
    const text = readFileSync(path, "latin1");
    const isFound = TOKEN.test(text) || needles.some((needle) => text.includes(needle));
    return isFound ? [`a credential rests in ${path}`] : [];
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function logsOf(lane: Lane, folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${lane.name}-`))
    .map((name) => join(folder, name));
}
