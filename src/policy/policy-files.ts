import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileFaults } from "../fault.ts";
import { decodeText, MOST_BYTES } from "../yaml-file.ts";

/** A file's path as it is told to people, and its text. */
export interface PolicyFile {
  readonly file: string;
  readonly text: string;
}

/** What a policy is read from, all of one moment as far as a file system can tell. */
export interface PolicyFiles {
  /** In order of their names. */
  readonly files: readonly PolicyFile[];
  /** Of a file its SHA-256; of a folder that of what `sha256sum *.yaml` prints there. */
  readonly hash: string;
}

const MOST_FILES = 1_000;

/**
 * Takes the path of a file, or of a folder whose `*.yaml` and `*.yml` files belong together; returns them. Throws
 * FileFaults for all that cannot be read. Waits for no pipe, and reads a megabyte at most.
 */
export async function readPolicyFiles(path: string): Promise<PolicyFiles> {
  const names = await listFolder(path);
  if (names === null) {
    const bytes = await readBytes(path, MOST_BYTES);
    return { files: [{ file: path, text: decodeText(path, bytes) }], hash: `sha256:${sha256(bytes)}` };
  }
  return readFolder(path, names);
}

async function readFolder(folder: string, names: readonly string[]): Promise<PolicyFiles> {
  const files: PolicyFile[] = [];
  const faults: FileFaults[] = [];
  let left = MOST_BYTES;
  let sums = "";
  for (const name of names) {
    const file = join(folder, name);
    try {
      const bytes = await readBytes(file, left);
      left -= bytes.length;
      sums += `${sha256(bytes)}  ${name}\n`;
      files.push({ file, text: decodeText(file, bytes) });
    } catch (fault) {
      if (!(fault instanceof FileFaults)) throw fault;
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw new FileFaults(faults.flatMap((fault) => fault.faults));
  return { files, hash: `sha256:${sha256(sums)}` };
}

/** Null where the path is no folder. Hidden files are left out: editors' locks, and what a mounted ConfigMap swaps. */
async function listFolder(path: string): Promise<readonly string[] | null> {
  const names = await tryTo(path, async () => ((await stat(path)).isDirectory() ? readdir(path) : null));
  if (names === null) return null;
  const found = names.filter((name) => isPolicyName(name)).sort();
  if (found.length === 0) throw atTop(path, "holds no *.yaml file: write the policy into one");
  if (found.length > MOST_FILES) throw atTop(path, `holds more than ${MOST_FILES} files`);
  return found;
}

function isPolicyName(name: string): boolean {
  return /^[^.].*\.ya?ml$/.test(name) && !isCasesName(name);
}

/** Takes a file's name; returns whether it holds golden cases, for `daypass policy test`. */
export function isCasesName(name: string): boolean {
  return /^[^.].*\.cases\.ya?ml$/.test(name);
}

/** Takes a path and how many bytes it may hold; returns them. Throws FileFaults. */
export async function readBytes(path: string, most: number): Promise<Buffer> {
  return tryTo(path, async () => {
    // Without waiting: a pipe's other end may never come.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readOpen(path, file, most);
    } finally {
      await file.close();
    }
  });
}

async function readOpen(path: string, file: FileHandle, most: number): Promise<Buffer> {
  const status = await file.stat();
  if (status.isDirectory()) throw atTop(path, "is a folder: write its files' names otherwise, or read it by itself");
  if (!status.isFile()) throw atTop(path, "is no file");
  if (status.size > most) throw tooLarge(path);
  const bytes = await file.readFile();
  if (bytes.length > most) throw tooLarge(path);
  return bytes;
}

function tooLarge(path: string): FileFaults {
  return atTop(path, `with this the policy is larger than ${MOST_BYTES} bytes`);
}

async function tryTo<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FileFaults) throw cause;
    throw atTop(path, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
}

function atTop(file: string, message: string): FileFaults {
  return new FileFaults([{ file, line: 1, column: 1, message }]);
}

function sha256(of: Buffer | string): string {
  return createHash("sha256").update(of).digest("hex");
}
