/**
 * Lends hundreds: clicking them together would take many minutes under Slack's rate limits, so the bot's part is played
 * by the code that the bot runs. The worker's part, credentials included, is the worker's own.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import pLimit from "p-limit";
import { type Approved, type BenchDesk, openDesk } from "../../bench/desk.ts";
import { createSeal } from "../../src/bot/seal.ts";
import { createDeliveryCounter } from "../../src/jobs/delivery-desk.ts";
import { DELIVERIES, openQueue } from "../../src/jobs/queues.ts";
import { connectConsumer, connectProducer } from "../../src/jobs/redis.ts";
import type { Events } from "../../src/workflows/ports.ts";
import type { PendingRequest } from "../../src/workflows/request.ts";
import type { DeliveryCounter } from "../../src/workflows/telling.ts";
import type { Stage } from "../workbench/stage.ts";
import { namespacesFor, type Pass } from "./lent.ts";
import { say } from "./transcript.ts";
import type { Wanted } from "./wanted.ts";

/** The stock Job controller completes ten timers a second, a busy one fewer; one not completed in time ends its grant. */
const PER_SECOND = 6;
/** Each yes has a slot early in its second: the end is a number of whole seconds after it. */
const SLOT_MS = 110;
const HANDED_OVER_AT_A_TIME = 10;
const ANSWER_WITHIN_MS = 20_000;

const events: Events = {
  happened: () => {},
  failed: (what, fields, cause) => console.error(`deadman: ${what}`, fields, cause),
};

/** Asks, approves so that all end at one instant, waits until all are active and armed, and has each handed over. */
export async function lendByDesk(redisUrl: string, { installation }: Stage, wanted: Wanted): Promise<readonly Pass[]> {
  const desk = await openDesk(redisUrl, installation.policyFile);
  try {
    const approved = await approveAll(desk, wanted);
    say(`approved: ${approved.length} grants, ${PER_SECOND} a second`);
    await desk.until(approved, "armed");
    say("active: all of them, each after its own identity was tried, and every timer is armed");
    await desk.refreshPeople();
    const passes = await handOverAll(redisUrl, approved);
    say(`handed over: ${passes.length} kubeconfigs, sealed by the worker and opened as the bot opens them`);
    return passes;
  } finally {
    await desk.close();
  }
}

async function approveAll(desk: BenchDesk, { grants, lastsSeconds }: Wanted): Promise<readonly Approved[]> {
  const facts = await desk.facts();
  const name = "logs";
  const role = "daypass-profile-logs";
  const roleHash = facts.roles[role]?.hash;
  if (roleHash === undefined) throw new Error("the cluster is not ready to lend");
  const namespaces = namespacesFor(grants);
  const lastSecond = Math.floor((grants - 1) / PER_SECOND);
  const requests: PendingRequest[] = [];
  for (let i = 0; i < grants; i++) {
    const namespace = namespaces[i % namespaces.length] ?? "";
    const target = { cluster: facts.cluster, namespaces: [namespace], profile: name, role, roleHash };
    const longer = lastSecond - Math.floor(i / PER_SECOND);
    requests.push(await desk.record(`deadman ${i}`, target, lastsSeconds + longer));
  }
  say(`asked: ${grants} requests, by the code that the bot runs; through Slack the clicks alone would take too long`);
  await desk.refreshPeople();
  const begin = Math.ceil(Date.now() / 1000 + 0.5) * 1000;
  return Promise.all(
    requests.map(async (request, i) => {
      const at = begin + Math.floor(i / PER_SECOND) * 1000 + (i % PER_SECOND) * SLOT_MS;
      await wait(Math.max(0, at - Date.now()));
      return desk.approve(request);
    }),
  );
}

async function handOverAll(redisUrl: string, approved: readonly Approved[]): Promise<readonly Pass[]> {
  const [producer, consumer] = [connectProducer(redisUrl, events), connectConsumer(redisUrl, events)];
  await producer.ready(5_000);
  const deliveries = openQueue(DELIVERIES, producer.redis, events);
  const counter = createDeliveryCounter(producer.redis, consumer, deliveries);
  const inTurn = pLimit(HANDED_OVER_AT_A_TIME);
  try {
    return await Promise.all(approved.map(({ grant }) => inTurn(() => handOver(counter, grant))));
  } finally {
    await deliveries.close();
    await producer.close();
    await consumer.close();
  }
}

/** What the bot does at the click on Get kubeconfig, but for showing it. */
async function handOver(counter: DeliveryCounter, grant: Approved["grant"]): Promise<Pass> {
  const id = randomUUID();
  const seal = await createSeal(id);
  await counter.ask({ id, grant: grant.id, person: grant.grantee, key: seal.publicKey, at: Date.now() });
  const answer = await counter.answer(id, ANSWER_WITHIN_MS);
  if (answer === null || "refused" in answer) throw new Error(`${grant.id} is not handed over: ${answer?.refused}`);
  const mintedAt = Date.now();
  const { kubeconfig } = await seal.open(answer.sealed);
  await counter.received(id, answer.n);
  return { id: grant.id, namespace: grant.namespaces[0] ?? "", kubeconfig, mintedAt };
}
