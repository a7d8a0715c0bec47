/** The thread that reads one version of the policy and says what came of it: see read-apart.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { FileFaults } from "../fault.ts";
import type { PolicyFiles } from "./policy-files.ts";
import { MOST_TOLD, type Reading } from "./read-apart.ts";
import { judgePolicy } from "./read-policy.ts";

parentPort?.postMessage(read(workerData));

function read(files: PolicyFiles): Reading {
  try {
    const { policy, checked } = judgePolicy(files);
    return { kind: "good", policy, checked };
  } catch (cause) {
    if (cause instanceof FileFaults) return { kind: "bad", faults: cause.first(MOST_TOLD) };
    throw cause;
  }
}
