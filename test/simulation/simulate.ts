/** `make simulate`: looks whether planted defects are seen, then plays runs on all cores. */
import { createGuardian, type Guardian } from "../workbench/guardian.ts";
import { recordedTape } from "./core/tape.ts";
import { runOnAllCores } from "./runner/all-cores.ts";
import { findPlantedDefects, namesOfDefects } from "./runner/planted-defects.ts";
import { sayClosing, sayCounts, sayDefects, sayFound } from "./runner/words.ts";
import { readWanted, type Wanted } from "./wanted.ts";

const SAID_EVERY_S = 15;

const wanted = readWanted(process.argv.slice(2));
if (typeof wanted === "string") {
  console.error(wanted);
  process.exitCode = 1;
} else process.exitCode = await start(wanted);

/** Returns the exit code. */
async function start(asked: Wanted): Promise<number> {
  if (asked.what === "replay") return replay(asked.choices);
  const guardian = createGuardian();
  try {
    return asked.what === "show" ? await show(guardian, asked) : await simulate(guardian, asked);
  } finally {
    await guardian.stop();
  }
}

async function show(guardian: Guardian, { defect, seed }: Extract<Wanted, { what: "show" }>): Promise<number> {
  const planted = defect === "" ? [] : await namesOfDefects(defect);
  if (planted.length === 0) {
    console.error(`no planted defect's name begins with "${defect}": such as --defect=07`);
    return 1;
  }
  const defects = await findPlantedDefects({ guardian, names: planted, seed, isTraced: true });
  for (const { trace, words, seen } of defects) console.log([words, ...trace, seen].join("\n"));
  console.log(sayDefects(defects));
  return defects.every(({ found }) => found !== null) ? 0 : 1;
}

async function simulate(
  guardian: Guardian,
  { runs, seed, defects: named }: Extract<Wanted, { what: "simulate" }>,
): Promise<number> {
  const planted = await namesOfDefects(named);
  if (planted.length === 0 && named !== "none") {
    console.error(`no planted defect's name begins with ${named}; with --defects=none none is looked for`);
    return 1;
  }
  console.log(`simulate: ${runs} runs of seed ${seed}`);
  const defects = await findPlantedDefects({ guardian, names: planted, seed, isTraced: false });
  if (defects.length > 0) console.log(sayDefects(defects));
  let saidAt = 0;
  const { counts, found } = await runOnAllCores({
    ...{ guardian, seed, runs },
    progress: ({ runs: done, seconds }) => {
      if (seconds - saidAt < SAID_EVERY_S) return;
      saidAt = seconds;
      console.log(`  ${done} runs, ${Math.round(done / seconds)} a second`);
    },
    broken: (one) => console.log(sayFound(one, seed)),
  });
  console.log(sayCounts(counts));
  const { lines, good } = sayClosing({ seed, counts, found, defects });
  console.log(lines.join("\n"));
  return good ? 0 : 1;
}

async function replay(choices: readonly number[]): Promise<number> {
  const [{ play }, { prepareToSimulate }] = await Promise.all([import("./run.ts"), import("./runner/run-many.ts")]);
  prepareToSimulate();
  Error.stackTraceLimit = 12;
  const { trace, violation } = await play(recordedTape(choices), { isTraced: true });
  console.log(trace.join("\n"));
  console.log(violation === null ? "no violation" : `${violation.invariant}: ${violation.message}`);
  return violation === null ? 0 : 1;
}
