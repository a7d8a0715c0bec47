import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { useKubernetes } from "../workbench/for-tests.ts";
import type { Child } from "../workbench/guardian.ts";
import { setWorkerStage, type WorkerStage } from "./worker-stage.ts";
import type { Approved } from "./worker-stage-desk.ts";

const NAMESPACE = "killed-workers";
const EACH = 20;
/** Between two clicks; with ten timers a second, the stock Job controller keeps up. */
const CLICK_MS = 120;
const LATEST_MS = 15_000;

const kubernetes = useKubernetes();

/** Approves so many, one after another, all to end at one moment. */
async function lendMany({ desk }: WorkerStage, end: number): Promise<Approved[]> {
  const approved: Approved[] = [];
  for (let i = 0; i < EACH; i++) {
    const turn = wait(CLICK_MS);
    const seconds = end / 1000 - Math.floor(Date.now() / 1000);
    approved.push(await desk.lend({ seconds, namespaces: [NAMESPACE] }));
    await turn;
  }
  return approved;
}

async function kill(worker: Child): Promise<void> {
  worker.signal("SIGKILL");
  await worker.exited;
}

test(`P1 · two workers are killed in turn while ${EACH} grants are being made and ${EACH} ended: nothing is left, nothing lost`, async () => {
  await kubernetes.createNamespace(NAMESPACE, { grantable: true });
  const stage = await setWorkerStage({ kubernetes, namespaces: [NAMESPACE] });
  const { desk, installation, probes } = stage;
  const [first, second] = [await installation.startWorker(), await installation.startWorker()];
  const now = Math.ceil(Date.now() / 1000) * 1000;
  const early = await lendMany(stage, now + 9_000);
  await Promise.all(early.map(({ id }) => desk.untilArmed(id)));

  // While these are made, those come to their end.
  await wait(Math.max(0, now + 8_000 - Date.now()));
  const lending = lendMany(stage, now + 30_000);
  await wait(Math.max(0, now + 9_050 - Date.now()));
  await kill(first);
  const third = await installation.startWorker();
  await wait(200);
  await kill(second);
  const late = await lending;

  const ended = await Promise.all(early.map(({ id }) => desk.untilEnded(id)));
  expect(new Set(ended.map(({ ending }) => ending.why))).toEqual(new Set(["expired"]));
  expect(Math.max(...ended.map(({ refusedAt, end }) => refusedAt - end))).toBeLessThan(LATEST_MS);
  await expect
    .poll(
      async () => (await Promise.all(late.map(({ id }) => desk.grant(id)))).filter((one) => one?.state === "active"),
      {
        ...{ timeout: 15_000, interval: 100 },
      },
    )
    .toHaveLength(EACH);

  for (const { id } of late) await desk.revoke(id);
  await Promise.all(late.map(({ id }) => desk.untilEnded(id)));
  const still = await Promise.all([...early, ...late].map((approved) => probes.isThere(approved)));
  expect(still.filter((there) => there)).toEqual([]);
  expect(third.hasExited()).toBe(false);
}, 90_000);
