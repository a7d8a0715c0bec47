/** Runs in a copy of the sources with a defect in it: says as JSON whether, after how many runs, and how it was seen. */
import { play } from "../run.ts";
import { prepareToSimulate, runMany } from "./run-many.ts";

const [seed = 1, most = 1000, isShrunk = 0] = process.argv.slice(2).map(Number);
prepareToSimulate();
const { found, runs } = await runMany({ seed, from: 0, to: most }, { play, isShrunk: isShrunk === 1 });
const { invariant = null, words = "", trace = [] } = found ?? {};
console.log(JSON.stringify({ found: invariant, runs, seen: words, trace }));
