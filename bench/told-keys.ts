/** What the bot leaves in Redis of a grant that it told people about: that it did, and where its messages stand. */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import { keys } from "../src/jobs/keys.ts";
import { PREFIX, WAKES } from "../src/jobs/queues.ts";
import { createInstallation } from "../test/workbench/installation.ts";
import { northwindPolicy } from "../test/workbench/northwind.ts";
import { startNorthwind } from "../test/workbench/stage.ts";
import { pagesOfKeys } from "./footprint.ts";
import type { Ground } from "./ground.ts";
import { ASKERS, NAMESPACE } from "./requests.ts";

/** The keys of one request, as Redis dumps them, with the id in them that stands for any other. */
export interface ToldKeys {
  readonly id: string;
  readonly entries: readonly { readonly key: string; readonly dump: Buffer; readonly ttlMs: number }[];
}

const LASTS_SECONDS = 4 * 3_600;
const LONGEST_WAIT_MS = 30_000;
const PAGE = 1_000;

/** Takes the ground and a name; has a real bot tell of a grant from its being asked to its being active. */
export async function tellOfOne({ desk, target, workbench }: Ground, name: string): Promise<ToldKeys> {
  const { guardian, redis } = workbench;
  // Nobody was there to tell of what was measured before.
  await desk.redis.del(keys.outbox);
  const slack = await startNorthwind(guardian);
  const bot = await createInstallation({
    ...{ guardian, folder: join(guardian.folder, "bot"), slack, redisUrl: redis.url, workerKubeconfig: "" },
    policy: northwindPolicy({ namespaces: [NAMESPACE], contractors: ASKERS }),
  }).startBot();
  const request = await desk.record(name, target, LASTS_SECONDS);
  await desk.until([await desk.approve(request)], "armed");
  await untilTold(desk.redis);
  await bot.stop();
  await slack.stop();
  return { id: request.id, entries: await entriesOf(desk.redis, request.id) };
}

async function untilTold(redis: Redis): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_WAIT_MS;
  while ((await redis.xlen(keys.outbox)) > 0) {
    if (performance.now() > giveUpAt) throw new Error("the bot has not told all of it");
    await wait(100);
  }
}

/** Records and wakes are not among them: each grant has its own. */
async function entriesOf(redis: Redis, id: string): Promise<ToldKeys["entries"]> {
  const found = new Set<string>();
  const others = [keys.request(""), keys.grant(""), `${PREFIX}:${WAKES}:`];
  for await (const page of pagesOfKeys(redis, `*${id}*`)) {
    for (const key of page) if (!others.some((other) => key.startsWith(other))) found.add(key);
  }
  return Promise.all(
    [...found].map(async (key) => ({
      ...{ key, dump: (await redis.dumpBuffer(key)) ?? Buffer.alloc(0), ttlMs: await redis.pttl(key) },
    })),
  );
}

/** Takes one request's keys and other requests' ids; writes the same keys for each of them. */
export async function copyKeys(redis: Redis, { id, entries }: ToldKeys, requests: readonly string[]): Promise<void> {
  for (let from = 0; from < requests.length; from += PAGE) {
    const page = requests.slice(from, from + PAGE);
    const copies = page.flatMap((other) =>
      entries.map(({ key, dump, ttlMs }) => redis.restore(key.replaceAll(id, other), Math.max(0, ttlMs), dump)),
    );
    await Promise.all(copies);
  }
}
