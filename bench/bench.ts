/**
 * Measures Daypass beside its limit on real parts: `make bench`. The bot's part is played by this process with the
 * code that the bot runs; the worker is a process of its own, as the worker's ServiceAccount.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { createRandom } from "../test/fakes/random.ts";
import { startWorkbench, type Workbench } from "../test/workbench/workbench.ts";
import { type ApproveFigures, measureApproveToProven } from "./approve-row.ts";
import { type EndFigures, measureEndToRefused } from "./end-row.ts";
import { type Ground, prepareGround } from "./ground.ts";
import { closingLine, makeRow, summarize } from "./percentiles.ts";
import { residentMegabytes } from "./process-figures.ts";
import { type Cost, type Environment, type FullRow, renderReport, writeResults } from "./report.ts";

/** Goals of p50, as multiples of the limit. */
const GOALS = { "approve-to-proven": 1.5, "end-to-refused": 3 };
const RESULTS = join(import.meta.dirname, "../build/bench.json");

const print = (line: string) => console.log(line);
process.exitCode = await measure();

/** Returns the exit code. The closing line is the last that is printed, whatever happened. */
async function measure(): Promise<number> {
  try {
    const workbench = await startWorkbench({ print });
    try {
      const { line, met } = await runOn(workbench);
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

async function runOn(workbench: Workbench) {
  const random = createRandom();
  const ground = await prepareGround(workbench);
  try {
    print(`The worker is ready; the order of blocks comes from seed ${random.seed}`);
    print("approve → proven: 100 each of ours, limit and bare at 10 a second, in alternating blocks");
    const approve = await measureApproveToProven(ground, random);
    print("end → refused: 300 each over 30 s, in halves; 3 of 10 are probed with tokens that the admin minted for it");
    const end = await measureEndToRefused(ground, random);
    await expectNothingLeft(workbench);
    return await conclude(ground, { approve, end, seed: random.seed });
  } finally {
    await ground.close();
  }
}

type Measured = { readonly approve: ApproveFigures; readonly end: EndFigures; readonly seed: number };

async function conclude(ground: Ground, { approve, end, seed }: Measured) {
  const { samples } = approve;
  const rows: FullRow[] = [
    { ...makeRow("approve-to-proven", samples.ours, samples.limit), bare: summarize(samples.bare) },
    makeRow("end-to-refused", end.ours, end.limit),
  ];
  const environment = await describeEnvironment(ground, seed);
  writeResults(RESULTS, rows, environment);
  print(renderReport(rows, costsOf(approve, ground.worker.pid), environment));
  return closingLine(rows, GOALS);
}

function costsOf({ calls, grants, workerSeconds }: ApproveFigures, pid: number): readonly Cost[] {
  const plain = (side: "limit" | "bare"): Cost => ({
    side,
    calls: calls[side] / grants,
    cpuSecondsPer100: null,
    residentMegabytes: null,
  });
  const cpuSecondsPer100 = workerSeconds === null ? null : (workerSeconds / grants) * 100;
  const ours = { side: "ours (worker)", calls: calls.ours / grants, cpuSecondsPer100 };
  return [{ ...ours, residentMegabytes: residentMegabytes(pid) }, plain("limit"), plain("bare")];
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
