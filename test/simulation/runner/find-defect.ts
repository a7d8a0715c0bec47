/** Runs in a copy of the sources with a defect in it: says as JSON whether, and after how many runs, it was seen. */
import { prepareToSimulate, runMany } from "./run-many.ts";

const [seed = 1, most = 1000] = process.argv.slice(2).map(Number);
prepareToSimulate();
const { found, runs } = await runMany({ seed, from: 0, to: most }, { isShrunk: false });
console.log(JSON.stringify({ found: found?.invariant ?? null, runs, seen: found?.words ?? "" }));
