/** One core's share of the runs: takes batches from its parent, one after another. */
import { parentPort } from "node:worker_threads";
import { type Batch, prepareToSimulate, runMany } from "./run-many.ts";

prepareToSimulate();
parentPort?.on("message", (batch: Batch) => {
  runMany(batch, { isShrunk: true }).then(
    (outcome) => parentPort?.postMessage(outcome),
    (fault) => {
      // A fault of the harness itself: the parent must stop.
      setImmediate(() => {
        throw fault;
      });
    },
  );
});
