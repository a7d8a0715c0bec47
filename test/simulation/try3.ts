import { play } from "./run.ts";
import { recordedTape } from "./core/tape.ts";
Error.stackTraceLimit = 0;
for (let r = 0; r < 4; r++) {
const c0 = process.cpuUsage(); const t = process.hrtime.bigint();
let calls = 0, steps = 0;
for (let i = 0; i < 400; i++) { const o = await play(recordedTape([]), { isTraced: false }); calls += (o.counts["calls to redis"] ?? 0) + (o.counts["calls to clusters"] ?? 0); steps += o.counts.steps ?? 0; }
const c = process.cpuUsage(c0);
console.log("dull run", (c.user + c.system) / 400 / 1000, "ms cpu", Number(process.hrtime.bigint() - t) / 400e6, "ms wall; calls", calls / 400, "steps", steps / 400);
}
