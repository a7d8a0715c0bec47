/** Can it see? Each patch of test/simulation/defects is applied to a copy of the sources, and must be found there. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { NODE_FLAGS } from "./node-flags.ts";

const run = promisify(execFile);
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

/** Takes patches, a seed and whether traces are wanted; returns every patch with what became of it. */
export async function findPlantedDefects(
  names: readonly string[],
  seed: number,
  options: { readonly isTraced: boolean } = { isTraced: false },
): Promise<PlantedDefect[]> {
  const limit = pLimit(availableParallelism());
  return Promise.all(names.map((name) => limit(() => findOne(name, seed, options))));
}

async function findOne(
  file: string,
  seed: number,
  { isTraced }: { readonly isTraced: boolean },
): Promise<PlantedDefect> {
  const name = file.replace(/\.patch$/, "");
  const [words = ""] = (await readFile(join(DEFECTS, file), "utf8")).split("\n");
  const copy = await plant(file);
  try {
    const find = join(copy, "test/simulation/runner/find-defect.ts");
    const args = [...NODE_FLAGS, find, String(seed), String(MOST_RUNS), isTraced ? "1" : "0"];
    const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 26 });
    return { name, words, ...JSON.parse(stdout) };
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Takes a patch; returns a folder with the sources and it applied. Throws where it does not apply any more. */
async function plant(file: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "daypass-defect-"));
  for (const part of ["src", "test/fakes", "test/simulation", "package.json"]) {
    await cp(join(ROOT, part), join(copy, part), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
  try {
    await run("git", ["apply", join(DEFECTS, file)], { cwd: copy });
  } catch (cause) {
    await rm(copy, { recursive: true });
    throw new Error(`${file} does not apply any more: make it anew from the sources as they are`, { cause });
  }
  return copy;
}
