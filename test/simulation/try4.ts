import { play } from "./run.ts"; import { seededTape, writeTape } from "./core/tape.ts"; import { shrink } from "./runner/shrink.ts";
Error.stackTraceLimit = 0;
const [seed = 1, run = 0, doShrink = 0] = process.argv.slice(2).map(Number);
const o = await play(seededTape(seed * 2 ** 21 + run), { isTraced: !doShrink });
if (doShrink && o.violation) { const f = await shrink(o.choices, o.violation.invariant); console.log(f.outcome.trace.join("\n"), f.outcome.violation, writeTape(f.choices)); }
else console.log(o.trace.join("\n"), o.violation);
