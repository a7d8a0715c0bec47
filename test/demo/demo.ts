import { parseArgs } from "node:util";
import { startWorkbench } from "../workbench/workbench.ts";
import { assemble } from "./cast.ts";
import { playAsking, playDeciding, playUsing } from "./getting-in.ts";
import { breakTheEnd, playEnd, playRevoking } from "./getting-out.ts";
import { leaveOpen } from "./leave-open.ts";
import { Play, StepFailed } from "./steps.ts";

const { values } = parseArgs({ options: { break: { type: "string" } } });
if (values.break !== undefined && values.break !== "end") {
  console.error(`demo: BREAK=${values.break} is not known; BREAK=end stops what ends access`);
  process.exit(2);
}

const play = new Play();
let failed = 0;
const workbench = await startWorkbench({ print: (line) => console.log(line) });
try {
  const cast = await assemble(play, workbench);
  await playAsking(cast);
  const approvedAt = await playDeciding(cast);
  const asLena = await playUsing(cast);
  if (values.break === "end") await breakTheEnd(cast);
  await playEnd(cast, approvedAt, asLena);
  await playRevoking(cast);
  play.close(0);
  if (process.stdin.isTTY && process.stdout.isTTY) await leaveOpen(workbench, cast.stage);
} catch (cause) {
  if (!(cause instanceof StepFailed)) console.error(cause);
  failed = 1;
  play.close(failed);
} finally {
  await workbench.stop();
}
process.exitCode = failed;
