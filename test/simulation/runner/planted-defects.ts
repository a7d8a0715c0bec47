/** Can it see? Each patch of test/simulation/defects is applied to a copy of the sources, and must be found there. */
import { readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import pLimit from "p-limit";
import type { Child, Guardian } from "../../workbench/guardian.ts";
import { endOfLog } from "../../workbench/readiness.ts";
import { NODE_FLAGS } from "./node-flags.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const DEFECTS = resolve(import.meta.dirname, "../defects");
/** A defect that is not seen in so many runs counts as not found. */
const MOST_RUNS = 10_000;

/** A defect that people really write, and whether the simulation saw it. */
export interface PlantedDefect {
  readonly name: string;
  /** What is wrong, in one sentence: the patch's first line. */
  readonly words: string;
  /** The invariant that it broke first; null where none was seen broken. */
  readonly found: string | null;
  readonly runs: number;
  /** What was seen. */
  readonly seen: string;
  /** Of the run that saw it, shrunk; nothing unless it was asked for. */
  readonly trace: readonly string[];
}

/** Takes the beginning of names (nothing: all; `none`: none); returns the patches whose names begin so, in their order. */
export async function namesOfDefects(only: string): Promise<string[]> {
  if (only === "none") return [];
  return (await readdir(DEFECTS)).filter((name) => name.endsWith(".patch") && name.startsWith(only)).sort();
}

/** What is looked for, and how. */
export interface Search {
  /** Who starts the processes, and keeps the copies: both are gone when it is. */
  readonly guardian: Guardian;
  readonly names: readonly string[];
  readonly seed: number;
  readonly isTraced: boolean;
}

/** Takes what is looked for; returns every patch with what became of it. */
export async function findPlantedDefects(search: Search): Promise<PlantedDefect[]> {
  const limit = pLimit(availableParallelism());
  return Promise.all(search.names.map((name) => limit(() => findOne(search, name))));
}

async function findOne({ guardian, seed, isTraced }: Search, file: string): Promise<PlantedDefect> {
  const name = file.replace(/\.patch$/, "");
  const [words = ""] = (await readFile(join(DEFECTS, file), "utf8")).split("\n");
  const copy = join(guardian.folder, name);
  try {
    await plant(guardian, file, copy);
    const find = join(copy, "test/simulation/runner/find-defect.ts");
    const args = [...NODE_FLAGS, find, String(seed), String(MOST_RUNS), isTraced ? "1" : "0"];
    const said = await ended(guardian.spawn(`find-${name}`, process.execPath, args));
    return { name, words, ...JSON.parse(said.trimEnd().split("\n").at(-1) ?? "") };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** Its arguments: the folder to make. A child writes it, which is ended before what it wrote is removed. */
const COPY = `mkdir -p "$0/test" && cp -R src package.json "$0" && cp -R test/fakes test/simulation "$0/test" &&
  ln -s "$PWD/node_modules" "$0"`;

/** Takes a patch; makes a folder with the sources and it applied. Throws where it does not apply any more. */
async function plant(guardian: Guardian, file: string, copy: string): Promise<void> {
  await ended(guardian.spawn(`copy-${file}`, "sh", ["-c", COPY, copy], { cwd: ROOT }));
  const apply = guardian.spawn(`apply-${file}`, "git", ["apply", join(DEFECTS, file)], { cwd: copy });
  await ended(apply).catch((cause) => {
    throw new Error(`${file} does not apply any more: make it anew from the sources as they are`, { cause });
  });
}

/** Resolves with what a process wrote when it has ended. Throws with the last of it where it failed. */
async function ended(child: Child): Promise<string> {
  const { code, signal } = await child.exited;
  if (code !== 0) throw new Error(`${child.name} ended with ${code ?? signal}${endOfLog(child)}`);
  return child.readLog();
}
