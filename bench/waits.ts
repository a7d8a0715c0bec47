/** Waits for what the worker does, by asking Redis; as seldom as it can bear, since asking costs what is measured. */
import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import { PREFIX, WAKES } from "../src/jobs/queues.ts";
import type { Desk } from "../src/workflows/desk.ts";
import type { Grant } from "../src/workflows/grant.ts";
import type { ClusterFacts } from "../src/workflows/ports.ts";

/** A grant, by its id. */
export interface Named {
  readonly grant: { readonly id: string };
}

/** What came of a grant that was approved: `armed`, or why it ended before its time. */
export type Outcome = string;

const LONGEST_WAIT_MS = 60_000;
const FEW = 200;

/** Takes the bot's ports; returns what the worker published of the cluster, as soon as it has. */
export async function waitForFacts(desk: Pick<Desk, "facts">): Promise<ClusterFacts> {
  const giveUpAt = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < giveUpAt) {
    const facts = await desk.facts.of("prod");
    if (facts !== null) return facts;
    await wait(50);
  }
  throw new Error("the worker has published no facts");
}

/** Resolves when all are as wanted; throws when one of them went another way. */
export async function waitUntil(desk: Desk, named: readonly Named[], wanted: "armed" | "ended"): Promise<void> {
  await waitForEach(desk, named, (grant) => {
    if (wanted === "ended") return grant.state === "ended" ? grant : null;
    const outcome = outcomeOf(grant);
    if (outcome !== null && outcome !== "armed") throw new Error(`grant ${grant.id} ended before its time: ${outcome}`);
    return outcome;
  });
}

/** Resolves when of each it is known what came of it, in their order. */
export async function waitForOutcomes(desk: Desk, named: readonly Named[]): Promise<readonly Outcome[]> {
  return waitForEach(desk, named, outcomeOf);
}

function outcomeOf(grant: Grant): Outcome | null {
  if (grant.state === "making") return null;
  if (grant.state === "active") return grant.timerArmed ? "armed" : null;
  return `${grant.ending.why}${grant.ending.words === null ? "" : ` (${grant.ending.words})`}`;
}

async function waitForEach<T>(desk: Desk, named: readonly Named[], see: (grant: Grant) => T | null): Promise<T[]> {
  const giveUpAt = performance.now() + LONGEST_WAIT_MS;
  const seen = new Map<string, T>();
  const ids = named.map(({ grant }) => grant.id);
  const unseen = () => ids.filter((id) => !seen.has(id));
  for (let left = unseen(); left.length > 0; left = unseen()) {
    if (performance.now() > giveUpAt) throw new Error(`${left.length} grants did not come so far: ${left[0]} is one`);
    await wait(left.length > FEW ? 1_000 : 100);
    const found = await Promise.all(left.map((id) => desk.store.grant(id)));
    for (const grant of found.filter((one) => one !== null)) {
      const saw = see(grant);
      if (saw !== null) seen.set(grant.id, saw);
    }
  }
  return ids.flatMap((id) => seen.get(id) ?? []);
}

/** Resolves when no wake waits and none is being worked on. */
export async function waitUntilQuiet(redis: Redis): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_WAIT_MS;
  const busy = async () =>
    (await redis.llen(`${PREFIX}:${WAKES}:wait`)) + (await redis.llen(`${PREFIX}:${WAKES}:active`));
  while ((await busy()) > 0) {
    if (performance.now() > giveUpAt) throw new Error("the worker is still busy with its wakes");
    await wait(200);
  }
}
