import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { objectName } from "../../src/provisioner/objects.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { setWorkerStage } from "./worker-stage.ts";
import type { Approved } from "./worker-stage-desk.ts";

const NAMESPACE = "lost-redis";
const GRANTS = 200;
/** The stock Job controller completes ten timers a second; a late one ends its grant. */
const MADE_PER_SECOND = 9;
const ENDS_PER_SECOND = 40;
/** From the last approval to the first end: the last timers are armed, Redis is emptied, records are rebuilt. */
const SLACK_SECONDS = 12;
/** Records are there again so soon: performance.md names 10 s, F4. */
const REBUILT_MS = 10_000;
const LATEST_MS = 15_000;

const kubernetes = useKubernetes();

test(`P11 · Redis is emptied amid ${GRANTS} active grants: none ends late, and their records are there again`, async () => {
  await kubernetes.createNamespace(NAMESPACE, { grantable: true });
  const stage = await setWorkerStage({ kubernetes, namespaces: [NAMESPACE] });
  const { desk, redis } = stage;
  await stage.installation.startWorker();
  const firstEnd = Math.ceil(Date.now() / 1000) + Math.ceil(GRANTS / MADE_PER_SECOND) + SLACK_SECONDS;
  const approved: Approved[] = [];
  for (let i = 0; i < GRANTS; i++) {
    const turn = wait(1000 / MADE_PER_SECOND);
    const end = firstEnd + Math.floor(i / ENDS_PER_SECOND);
    approved.push(await desk.lend({ seconds: end - Math.floor(Date.now() / 1000), namespaces: [NAMESPACE] }));
    await turn;
  }
  await Promise.all(approved.map(({ id }) => desk.untilArmed(id)));
  expect(await redis.ask("FLUSHALL")).toBe("+OK\r\n");
  const emptiedAt = Date.now();

  await expect
    .poll(async () => (await Promise.all(approved.map(({ id }) => desk.grant(id)))).filter((one) => one !== null), {
      ...{ timeout: REBUILT_MS, interval: 250 },
    })
    .toHaveLength(GRANTS);
  // What is rebuilt after its end would prove nothing.
  expect(Date.now()).toBeLessThan(Math.min(...approved.map(({ end }) => end)));
  console.log(`lost-redis: ${GRANTS} records rebuilt in ${((Date.now() - emptiedAt) / 1000).toFixed(1)} s`);
  const ended = await Promise.all(approved.map(({ id }) => desk.untilEnded(id, 60_000)));

  const lags = await lagsOf(approved);
  console.log(`lost-redis: worst ${Math.max(...lags)} ms after the end`);
  expect(lags).toHaveLength(GRANTS);
  expect(lags.filter((lag) => lag > LATEST_MS)).toEqual([]);
  expect(lags.filter((lag) => lag < -5)).toEqual([]);
  expect(new Set(ended.map(({ ending }) => ending.why))).toEqual(new Set(["expired"]));
  expect(await leftovers()).toBe("");
}, 150_000);

/** From each grant's end to the moment at which the cluster let go of its binding, by the cluster's own log. */
async function lagsOf(grants: readonly Approved[]): Promise<readonly number[]> {
  const goneAt = new Map<string, number>();
  for (const { verb, objectRef, responseStatus, stageTimestamp } of await kubernetes.readAudit()) {
    if (verb !== "delete" || objectRef?.resource !== "rolebindings" || responseStatus?.code !== 200) continue;
    goneAt.set(objectRef.name ?? "", Date.parse(stageTimestamp));
  }
  return grants.flatMap((grant) => {
    const at = goneAt.get(objectName(grant));
    return at === undefined ? [] : [at - grant.end];
  });
}

async function leftovers(): Promise<string> {
  const kinds = "accessgrants,serviceaccounts,rolebindings";
  return (await kubernetes.kubectl(["get", kinds, "-A", "-l", "daypass.dev/grant", "-o", "name"])).stdout;
}
