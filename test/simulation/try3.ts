import { play } from "./run.ts";
import { recordedTape, seededTape } from "./core/tape.ts";
Error.stackTraceLimit = 0;
const mode = process.argv[2];
for (let r = 0; r < 3; r++) {
const c0 = process.cpuUsage();
let calls = 0, steps = 0;
for (let i = 0; i < 300; i++) { const o = await play(mode === "rand" ? seededTape(r * 300 + i) : recordedTape([]), { isTraced: false }); calls += (o.counts["calls to redis"] ?? 0) + (o.counts["calls to clusters"] ?? 0); steps += o.counts.steps ?? 0; }
const c = process.cpuUsage(c0);
console.log(mode, "cpu ms/run", (c.user / 300 / 1000).toFixed(2), (c.system / 300 / 1000).toFixed(2), "calls", calls / 300, "steps", steps / 300);
}
