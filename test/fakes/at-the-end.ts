import type { Bench } from "../../src/workflows/bench.ts";
import type { Access, Ref } from "../../src/workflows/ports.ts";
import { reconcile } from "../../src/workflows/reconcile.ts";
import { endOnTime } from "../../src/workflows/sweep.ts";
import { StoreUnavailable } from "../../src/workflows/trouble.ts";
import { activateOn, createFakeBench, type FakeBench } from "./fake-bench.ts";

/** Returns a bench with an active grant whose end is now. */
export async function atTheEnd() {
  const bench = createFakeBench();
  const grant = await activateOn(bench);
  bench.clock.set(grant.end);
  return { bench, grant };
}

/** Takes a bench and access; rings its alarm, as the worker does. */
export async function ring(bench: Bench, access: Access): Promise<void> {
  await endOnTime(bench, (ref: Ref) => reconcile(bench, ref), access);
}

/** Takes a bench; returns how many grants `prod` holds. */
export function held({ clusters }: FakeBench): number {
  return clusters.cluster("prod").grants.size;
}

/** What a store that is away does to any call. */
export async function away(): Promise<never> {
  throw new StoreUnavailable("nothing", "no connection");
}
