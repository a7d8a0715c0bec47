/** Redis forgets all. */
import { setTimeout as wait } from "node:timers/promises";
import { keys } from "../../src/jobs/keys.ts";
import type { CaseStage } from "./case.ts";
import { beforeEnd } from "./fault-case.ts";

/** After a kubeconfig was shown, until what was told of it is written down and posted. */
const CALM_MS = 2_000;
/** So much of the pass is left at least where nobody was shown one. */
const LEFT_MS = 12_000;

/** Flushes Redis, and notes which rows of the ledger it still held: these alone may be missing from now on. */
export async function flush(stage: CaseStage): Promise<void> {
  const done = await stage.lane.straight.redis.multi().xrange(keys.ledger, "-", "+").flushall().exec();
  const [rows, flushed] = done ?? [];
  if (flushed?.[1] !== "OK") throw new Error(`FLUSHALL was not done: ${JSON.stringify(flushed)}`);
  const undrained = [...JSON.stringify(rows?.[1]).matchAll(/\\"what\\":\\"(\w+)\\"/g)].flatMap(
    ([, what]) => what ?? [],
  );
  stage.say(`FLUSHALL, while ${undrained.join(", ") || "nothing"} waited for the ledger`);
  stage.flushed(undrained);
  stage.hit("FLUSHALL is done");
}

/** Resolves a little after the grantee was shown a kubeconfig, or when the end is near. */
export async function untilShown(stage: CaseStage): Promise<void> {
  await stage.records.active;
  const end = (await stage.records.decided) ?? 0;
  while (stage.played.kubeconfigs.length === 0 && Date.now() < end - LEFT_MS) await wait(50);
  await wait(CALM_MS);
}

/** The worker is back after the end, when only the cluster knows that there is something to end. */
export async function flushedInAbsence(stage: CaseStage): Promise<void> {
  const [worker] = stage.lane.workers;
  await stage.records.active;
  await wait(2_000);
  await worker.kill();
  stage.say(`${worker.name} is killed`);
  await flush(stage);
  await beforeEnd(stage, -2_000);
  await worker.start();
}
