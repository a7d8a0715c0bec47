/** `make simulate`: plays runs on all cores, then looks whether planted defects are seen. */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { runOnAllCores } from "./runner/all-cores.ts";
import { findPlantedDefects, namesOfDefects } from "./runner/planted-defects.ts";
import { sayCounts, sayDefects, sayFound, whyEmpty } from "./runner/words.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string" },
    /** Plays one tape, as a failing run prints it, and shows its trace. */
    tape: { type: "string" },
    /** Finds the planted defects whose names begin so, and shows the shrunk trace of each. */
    defect: { type: "string" },
    /** Only the planted defects whose names begin so; `none`: no defect at all. */
    defects: { type: "string", default: "" },
  },
});

const SAID_EVERY_S = 15;

if (values.tape !== undefined) process.exitCode = await replay(values.tape);
else if (values.defect !== undefined) process.exitCode = await show(values.defect, Number(values.seed ?? 1));
else process.exitCode = await simulate(Number(values.runs), Number(values.seed ?? randomInt(2 ** 31)));

async function show(name: string, seed: number): Promise<number> {
  const planted = name === "" ? [] : await namesOfDefects(name);
  if (planted.length === 0) {
    console.error(`no planted defect's name begins with "${name}": such as --defect=07`);
    return 1;
  }
  const defects = await findPlantedDefects(planted, seed, { isTraced: true });
  for (const { trace, words, seen } of defects) console.log([words, ...trace, seen].join("\n"));
  console.log(sayDefects(defects));
  return defects.every(({ found }) => found !== null) ? 0 : 1;
}

async function simulate(runs: number, seed: number): Promise<number> {
  if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
    console.error("RUNS and SEED are whole numbers, and RUNS is not 0: such as RUNS=10000 SEED=1");
    return 1;
  }
  const planted = await namesOfDefects(values.defects);
  if (planted.length === 0 && values.defects !== "none") {
    console.error(`no planted defect's name begins with ${values.defects}; with --defects=none none is looked for`);
    return 1;
  }
  console.log(`simulate: ${runs} runs of seed ${seed}`);
  let saidAt = 0;
  const { counts, found } = await runOnAllCores({
    ...{ seed, runs },
    progress: ({ runs: done, seconds }) => {
      if (seconds - saidAt < SAID_EVERY_S) return;
      saidAt = seconds;
      console.log(`  ${done} runs, ${Math.round(done / seconds)} a second`);
    },
    broken: (one) => console.log(sayFound(one, seed)),
  });
  console.log(sayCounts(counts));
  const defects = await findPlantedDefects(planted, seed);
  if (defects.length > 0) console.log(sayDefects(defects));
  const seen = defects.filter((defect) => defect.found !== null).length;
  console.log(
    `simulate: ${counts.runs ?? 0} runs, seed ${seed}, ${found.length} violations; ${seen} of ${defects.length} planted defects found`,
  );
  const empty = found.length === 0 ? whyEmpty(counts) : null;
  if (empty !== null) console.error(empty);
  return found.length === 0 && seen === defects.length && empty === null ? 0 : 1;
}

async function replay(text: string): Promise<number> {
  const [{ readTape, recordedTape }, { play }, { prepareToSimulate }] = await Promise.all([
    import("./core/tape.ts"),
    import("./run.ts"),
    import("./runner/run-many.ts"),
  ]);
  prepareToSimulate();
  Error.stackTraceLimit = 12;
  const { trace, violation } = await play(recordedTape(readTape(text)), { isTraced: true });
  console.log(trace.join("\n"));
  console.log(violation === null ? "no violation" : `${violation.invariant}: ${violation.message}`);
  return violation === null ? 0 : 1;
}
