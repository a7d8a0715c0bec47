import { createEndings } from "../../src/jobs/endings.ts";
import { decide } from "../../src/workflows/access.ts";
import type { Endings, Leftovers } from "../../src/workflows/ending-ports.ts";
import type { Grant } from "../../src/workflows/grant.ts";
import { reconcile } from "../../src/workflows/reconcile.ts";
import { createFakeClusters, type FakeClusters } from "./fake-clusters.ts";
import { createFakeDesk, type FakeDesk } from "./fake-desk.ts";
import { createMemoryAlarms, createMemoryPager, type MemoryAlarms, type MemoryPager } from "./memory-alarms.ts";
import { askFor, clickOn } from "./sample-asking.ts";
import { SAMPLE_FACTS, samplePolicy, sampleRecord } from "./samples.ts";

/** The worker's bench and the bot's desk on the same fakes, at NOON, with the cluster `prod`. */
export interface FakeBench extends FakeDesk {
  readonly clusters: FakeClusters;
  readonly alarms: MemoryAlarms;
  readonly endings: Endings;
  readonly leftovers: Leftovers;
  readonly pager: MemoryPager;
}

/** Returns a bench of its own, on which nothing has happened yet. */
export function createFakeBench(): FakeBench {
  const desk = createFakeDesk();
  const roles = Object.fromEntries(Object.entries(SAMPLE_FACTS.roles).map(([name, { hash }]) => [name, hash]));
  const open = SAMPLE_FACTS.namespaces;
  const calls = { alarms: createMemoryAlarms(), endings: createEndings(), pager: createMemoryPager() };
  const leftovers: Leftovers = new Map();
  return {
    ...desk,
    ...{ ...calls, leftovers },
    clusters: createFakeClusters({ ids: ["prod", "dev"], open, roles, now: desk.clock.now }),
  };
}

/** Takes a bench; asks as mia, approves as ada. Returns the grant as an approval leaves it: to be made. */
export async function approveOn(bench: FakeBench): Promise<Grant> {
  const request = await askFor(bench);
  await decide(bench, clickOn(request));
  return loadGrant(bench, `${request.id}a`);
}

/** Takes a bench; approves and makes a grant. Returns it, active. */
export async function activateOn(bench: FakeBench): Promise<Grant> {
  const { id } = await approveOn(bench);
  await reconcile(bench, { kind: "grant", id });
  return loadGrant(bench, id);
}

/** Takes a grant's id; returns the grant. Throws where there is none. */
export async function loadGrant(bench: FakeBench, id: string): Promise<Grant> {
  const grant = await bench.store.grant(id);
  if (grant === null) throw new Error(`no grant ${id}`);
  return grant;
}

/** Takes a bench; does what its due wakes say until none is due. Returns how many there were. */
export async function settle(bench: FakeBench): Promise<number> {
  let count = 0;
  for (let refs = bench.waker.take(); refs.length > 0; refs = bench.waker.take()) {
    for (const ref of refs) await reconcile(bench, ref);
    count += refs.length;
  }
  return count;
}

/** Takes a bench; lets the bot read everybody anew, as it does while it lives. */
export async function refreshPeople(bench: FakeBench): Promise<void> {
  const readAt = bench.clock.now();
  for (const person of Object.keys(samplePolicy().people)) {
    await bench.people.save(sampleRecord(person, { readAt }));
  }
}
