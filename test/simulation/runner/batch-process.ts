/** One core's share of the runs: takes batches from its parent, one after another. */
import { setImmediate } from "node:timers";
import { play } from "../run.ts";
import { type Batch, prepareToSimulate, runMany } from "./run-many.ts";

prepareToSimulate();
process.on("message", (batch: Batch) => {
  runMany(batch, { play, isShrunk: true }).then(
    (outcome) => process.send?.(outcome),
    (fault) => {
      // A fault of the harness itself: the parent must stop.
      setImmediate(() => {
        throw fault;
      });
    },
  );
});
