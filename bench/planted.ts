/**
 * Grants in numbers that nobody waits to be asked for one by one: their records are written straight into Redis and,
 * where no worker is to make them, their objects straight into the cluster, as the product's own transitions and
 * builders say them.
 */
import pLimit from "p-limit";
import * as objects from "../src/provisioner/objects.ts";
import { type ActiveGrant, type Grant, type MakingGrant, transitionGrant } from "../src/workflows/grant.ts";
import { allOf } from "../src/workflows/less.ts";
import { isRefusal } from "../src/workflows/refusal.ts";
import { type ApprovedRequest, transitionRequest } from "../src/workflows/request.ts";
import type { Ground } from "./ground.ts";
import { ACCESS_GRANTS, type Answered, bindingsIn, GRANTS, JOBS, nobodysGrant } from "./limit.ts";
import { APPROVER, lentGrant, pendingRequest } from "./requests.ts";
import { completeTimers } from "./timers.ts";

/** A name that is used once, how many, and the end of all of them. */
export interface Planting {
  readonly name: string;
  readonly count: number;
  readonly end: number;
}

/** A grant and the request that led to it. */
export interface Planted {
  readonly grant: Grant;
  readonly request: ApprovedRequest;
}

/** A grant that no worker knows of. */
export interface Unknown {
  readonly grant: Grant;
  readonly bindingUid: string;
}

const AT_ONCE = 64;

/** Has the worker make them, as after so many approvals; resolves when all are active with armed timers. */
export async function makeMany(ground: Ground, planting: Planting): Promise<readonly Planted[]> {
  const { desk } = ground;
  await desk.refreshPeople();
  const quick = completeTimers(ground);
  try {
    const planted = await many(planting, async (name) => {
      const { request, making } = lend(ground, name, planting.end);
      await record(ground, request, making);
      await desk.ports.waker.wake({ kind: "grant", id: making.id }, making.version, Date.now());
      return { request, grant: making };
    });
    await desk.until(planted, "armed");
    return planted;
  } finally {
    await quick.stop();
  }
}

/** Writes them down as active and makes their objects; resolves when the worker has looked at each. */
export async function plantActive(ground: Ground, planting: Planting): Promise<readonly Planted[]> {
  const { desk } = ground;
  const planted = await many(planting, async (name) => {
    const { request, making } = lend(ground, name, planting.end);
    const grant = activate(making);
    // The record first, as the product does: a cluster that holds what Redis does not know shows that it was lost.
    await record(ground, request, grant);
    await plantObjects(ground, grant, objects.accessGrant(grant));
    await desk.ports.waker.wake({ kind: "grant", id: grant.id }, grant.version, Date.now());
    return { request, grant };
  });
  await desk.untilQuiet();
  return planted;
}

/** Makes their objects alone; the worker leaves them alone. */
export async function plantUnknown(ground: Ground, planting: Planting): Promise<readonly Unknown[]> {
  return many(planting, async (name) => {
    const { making: grant } = lend(ground, name, planting.end);
    return { grant, bindingUid: await plantObjects(ground, grant, nobodysGrant(grant)) };
  });
}

function many<T>({ name, count }: Planting, one: (name: string) => Promise<T>): Promise<readonly T[]> {
  const atOnce = pLimit(AT_ONCE);
  return Promise.all(Array.from({ length: count }, (_, i) => atOnce(() => one(`${name} ${i}`))));
}

/** Takes a name that is used once and the end; returns the records as they stand right after the approval. */
function lend({ target, desk }: Ground, name: string, end: number) {
  const at = Date.now();
  const policyHash = desk.ports.policy.current()?.hash ?? "";
  const pending = { ...pendingRequest(name, target, Math.round((end - at) / 1000)), policyHash };
  const making: MakingGrant = { ...lentGrant(name, target, end), state: "making", trouble: null };
  const decision = { people: [APPROVER], at, policyHash, rules: pending.needs.rules };
  const request = transitionRequest(pending, {
    ...{ type: "approve", yes: { by: APPROVER, at, policyHash, less: null }, dropped: [], needs: pending.needs },
    ...{ decision, lent: allOf(pending), end, grants: [making.id], review: null },
  });
  if (isRefusal(request) || request.state !== "approved") throw new Error(`${name} cannot be approved`);
  return { request, making };
}

function activate(making: MakingGrant): ActiveGrant {
  const proven = transitionGrant(making, { type: "proven", at: Date.now() });
  const grant = isRefusal(proven) ? proven : transitionGrant(proven, { type: "timerArmed" });
  if (isRefusal(grant) || grant.state !== "active") throw new Error(`${making.id} cannot become active`);
  return grant;
}

async function record({ desk }: Ground, request: ApprovedRequest, grant: Grant): Promise<void> {
  const saved = await desk.ports.store.commit({
    writes: [
      { kind: "request", expected: null, next: request },
      { kind: "grant", expected: null, next: grant },
    ],
    ...{ tellings: [], rows: [] },
  });
  if (saved !== "saved") throw new Error(`grant ${grant.id} is there already`);
}

/** Returns the binding's uid. */
async function plantObjects({ bare }: Ground, grant: Grant, intent: ReturnType<typeof objects.accessGrant>) {
  const post = async (path: string, body: unknown) =>
    (await bare.asWorker.send<Answered>("POST", path, body, bare.workerToken)).metadata;
  const owner = await post(ACCESS_GRANTS, intent);
  const timer = await post(JOBS, objects.timerJob(grant, owner, Date.now()));
  const [binding] = await Promise.all([
    ...grant.namespaces.map((one) => post(bindingsIn(one), objects.roleBinding(grant, one, owner))),
    post(`${GRANTS}/serviceaccounts`, objects.serviceAccount(grant, timer)),
  ]);
  return binding?.uid ?? "";
}
