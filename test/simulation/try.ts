import { play } from "./run.ts";
import { seededTape, recordedTape, writeTape } from "./core/tape.ts";
import { addCounts } from "./core/count.ts";
Error.stackTraceLimit = process.env.STACK ? 30 : 0;
process.on("unhandledRejection", (e) => { console.log("UNHANDLED", e); });
const [from = 0, n = 200] = process.argv.slice(2).map(Number);
if (n === 1) {
  const out = await play(seededTape(from), { isTraced: true });
  console.log(out.trace.join("\n")); console.log(out.violation, out.counts);
} else {
  const sum = {}; const found: Record<string, number[]> = {};
  const c0 = process.cpuUsage(); const t = process.hrtime.bigint();
  for (let s = from; s < from + n; s++) {
    const out = await play(seededTape(s), { isTraced: false });
    addCounts(sum, out.counts);
    if (out.violation) (found[out.violation.invariant] ??= []).push(s);
  }
  const ms = Number(process.hrtime.bigint() - t) / 1e6;
  const c = process.cpuUsage(c0); console.log(sum, n / ms * 1000, "runs/s", n / (c.user + c.system) * 1e6, "runs per cpu s", process.memoryUsage().heapUsed / 1e6);
  for (const [k, v] of Object.entries(found)) console.log(k, v.length, v.slice(0, 12).join(" "));
}
