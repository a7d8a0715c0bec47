/**
 * Changes the pure part in every way that Stryker knows, one at a time, and sees whether its tests notice: `make mutation`.
 * FILES names a part of it, for a look while writing; what was judged before and has not changed is remembered.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { z } from "zod";
import { isAtHeart } from "./at-heart.ts";

/** Below this too much of what is written there could be anything else. */
const LEAST_SCORE = 85;

/** As much of a report as is counted: mutation-testing-elements' schema. */
const Report = z.object({
  files: z.record(
    z.string(),
    z.object({
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().optional(),
          status: z.string(),
          location: z.object({ start: z.object({ line: z.number(), column: z.number() }) }),
        }),
      ),
    }),
  ),
});

const root = join(import.meta.dirname, "../..");
const files = process.argv[2];
run();
const mutants = readMutants();
const noticed = mutants.filter(({ status }) => status === "Killed" || status === "Timeout");
/** A mutant that a comment or a setting keeps from being tried is noticed by nobody. */
const UNNOTICED: ReadonlySet<string> = new Set(["Survived", "NoCoverage", "Ignored"]);
const survivors = mutants.filter(({ status }) => UNNOTICED.has(status));
for (const { file, mutatorName, replacement, status, location } of survivors) {
  const { line, column } = location.start;
  const instead = (replacement ?? "").replaceAll(/\s+/g, " ").slice(0, 80);
  console.log(`${file}:${line}:${column} ${status} ${mutatorName} → ${instead}`);
}
const all = noticed.length + survivors.length;
const score = Math.floor((noticed.length / Math.max(all, 1)) * 1000) / 10;
const atHeart = survivors.filter(({ file }) => isAtHeart(file));
console.log(
  `mutation: ${score.toFixed(1)} % of ${all} mutants, ${atHeart.length} survivors in who-may-decide and when-it-ends`,
);
process.exitCode = all > 0 && score >= LEAST_SCORE && atHeart.length === 0 ? 0 : 1;

/** Has Stryker test every mutant; throws where it cannot. */
function run(): void {
  const stryker = join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
  const part = files === undefined ? [] : ["--mutate", files];
  const args = [stryker, "run", join(root, "test/mutation/stryker.config.json"), ...part];
  const done = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (done.status !== 0) throw new Error(`Stryker ended with ${done.status ?? done.signal}`);
}

/** Those that could be run: what the compiler itself refuses is nobody's survivor. */
function readMutants() {
  const report = Report.parse(JSON.parse(readFileSync(join(root, "build/mutation.json"), "utf8")));
  const asked = files === undefined ? ["**"] : files.split(",");
  return Object.entries(report.files)
    .filter(([file]) => asked.some((glob) => matchesGlob(file, glob)))
    .flatMap(([file, { mutants }]) => mutants.map((mutant) => ({ file, ...mutant })));
}
