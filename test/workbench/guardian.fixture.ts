// A starter for guardian.test.ts: prints who it started as one line of JSON, then waits to be ended.
import { spawn } from "node:child_process";
import { createGuardian, runMarker } from "./guardian.ts";

const guardian = createGuardian();
const polite = guardian.spawn("polite", "sleep", ["600"]);
const stubborn = guardian.spawn("stubborn", "sh", ["-c", 'trap "" TERM; sleep 600 & sleep 600']);
// Carries the mark only: as if the starter had been killed before it could name this child to the guardian.
const unnamed = spawn("sleep", ["600"], {
  detached: true,
  stdio: "ignore",
  env: { ...process.env, [runMarker]: guardian.runId },
});

const pids = [guardian.pid, polite.pid, stubborn.pid, unnamed.pid];
process.stdout.write(`${JSON.stringify({ starter: process.pid, folder: guardian.folder, pids })}\n`);

if (process.argv[2] === "stop") await guardian.stop();
if (process.argv[2] === "throw") throw new Error("As asked");
