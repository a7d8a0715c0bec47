/**
 * Measures Daypass beside its limit on real parts: `make bench`, or a part of it: `make bench ROWS=burst-end,idle`. The
 * bot's part is played by this process with the code that the bot runs; the worker is a process of its own, as the
 * worker's ServiceAccount.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../test/fakes/random.ts";
import { startWorkbench, type Workbench } from "../test/workbench/workbench.ts";
import { warmUp } from "./approve-row.ts";
import { type Ground, prepareGround } from "./ground.ts";
import { type Environment, renderReport, writeResults } from "./report.ts";
import { closingLine } from "./rows.ts";
import { type Found, GOALS, STEPS } from "./steps.ts";

const RESULTS = join(import.meta.dirname, "../build/bench.json");

const print = (line: string) => console.log(line);
process.exitCode = await measure(process.argv.slice(2));

/** Returns the exit code. The closing line is the last that is printed, whatever happened. */
async function measure(args: readonly string[]): Promise<number> {
  try {
    const wanted = wantedRows(args);
    const workbench = await startWorkbench({ print });
    try {
      const { line, met } = await runOn(workbench, wanted);
      await workbench.stop();
      print(line);
      return met ? 0 : 1;
    } finally {
      await workbench.stop();
    }
  } catch (error) {
    console.error(error);
    print("bench: not measured");
    return 1;
  }
}

/** All rows unless some are named. Throws for a row that there is not. */
function wantedRows(args: readonly string[]): readonly string[] {
  const { rows } = parseArgs({ args: [...args], options: { rows: { type: "string" } } }).values;
  const all = Object.keys(GOALS);
  const named = rows?.split(",") ?? all;
  const unknown = named.filter((row) => !all.includes(row));
  if (unknown.length > 0) throw new Error(`there is no row ${unknown.join(" or ")}; there are ${all.join(", ")}`);
  return named;
}

async function runOn(workbench: Workbench, wanted: readonly string[]) {
  const random = createRandom();
  const ground = await prepareGround(workbench);
  try {
    print(`The worker is ready; the order of blocks comes from seed ${random.seed}`);
    await warmUp(ground, random);
    const found: Found[] = [];
    for (const step of STEPS) {
      const rows = step.rows.filter((row) => wanted.includes(row));
      if (rows.length === 0) continue;
      print(step.words);
      const startedAt = performance.now();
      try {
        found.push(await step.measure(ground, random, rows));
        if (step.leaves !== true) await expectNothingLeft(workbench);
      } catch (cause) {
        // What it left would be in the way of the next: the closing line says what is missing.
        console.error(cause);
        break;
      }
      print(`  ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    }
    return await conclude(ground, found, wanted, random.seed);
  } finally {
    await ground.close();
  }
}

async function conclude(ground: Ground, found: readonly Found[], wanted: readonly string[], seed: number) {
  const rows = found.flatMap((one) => one.rows);
  const environment = await describeEnvironment(ground, seed);
  writeResults(RESULTS, rows, environment);
  const costs = found.flatMap((one) => one.costs ?? []);
  const idle = found.find((one) => one.idle !== undefined)?.idle ?? null;
  print(renderReport({ rows, costs, idle, environment }));
  return closingLine(rows, Object.fromEntries(Object.entries(GOALS).filter(([name]) => wanted.includes(name))));
}

async function describeEnvironment({ desk, asAdmin }: Ground, seed: number): Promise<Environment> {
  const { gitVersion } = await asAdmin<{ gitVersion: string }>("GET", "/version", null);
  const hz = Number(await desk.redisSetting("hz"));
  return { node: process.version, kubernetes: gitVersion, cores: cpus().length, "redis hz": hz, seed };
}

/** A figure for work that was not done is worth nothing. */
async function expectNothingLeft({ kubernetes }: Workbench): Promise<void> {
  const { stdout } = await kubernetes.kubectl(["get", "accessgrants", "-o", "name"]);
  if (stdout !== "") throw new Error(`AccessGrants were left: ${stdout.slice(0, 200)}`);
}
