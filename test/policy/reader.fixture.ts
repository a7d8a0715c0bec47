/** A thread that reads a policy as the real one does, but for a text that begins by saying otherwise. */
import { appendFileSync, existsSync } from "node:fs";
import { workerData } from "node:worker_threads";

const { beats, files } = workerData;
const [order = ""] = files[0].text.split("\n");
const [, until] = /^# never ends until (.*)/.exec(order) ?? [];
const [, begun] = /^# never ends, begins with (.*)/.exec(order) ?? [];

if (begun !== undefined) appendFileSync(begun, "!");
if (order.startsWith("# never ends") && !(until !== undefined && existsSync(until))) spin();
if (order === "# dies") process.exit(3);
if (order === "# tells its environment") throw new Error(JSON.stringify(process.env));
if (order === "# throws") throw new Error("a defect");
await import("../../src/policy/reading-thread.ts");

/** Counts in the shared memory that came with the files, so that somebody sees whether it still goes on. */
function spin(): never {
  for (;;) if (beats !== undefined) Atomics.add(beats, 0, 1);
}
