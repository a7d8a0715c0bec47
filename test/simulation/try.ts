import { play } from "/work/simcore/test/simulation/run.ts";
import { seededTape, recordedTape } from "/work/simcore/test/simulation/core/tape.ts";
Error.stackTraceLimit = 10;
process.on("unhandledRejection", (e) => { console.log("UNHANDLED", e); process.exit(1); });
const out = await play(recordedTape([]), { isTraced: true });
console.log(out.trace.join("\n").slice(0, 14000)); console.log(out.violation, out.counts);
