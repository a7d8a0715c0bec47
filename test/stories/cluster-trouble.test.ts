/**
 * A cluster in trouble: what should have ended there ends soon after it is healed, and others notice nothing. All kinds
 * are played at once, each on a line of its own to one API server that looks like a cluster of its own; one worker.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "../workbench/fault-proxy.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { useWorkerStage } from "./worker-stage.ts";
import type { Approved } from "./worker-stage-desk.ts";
import type { Refusal } from "./worker-stage-probe.ts";

const NAMESPACE = "cluster-trouble";
const RETRY_AFTER_SECONDS = 3;
const kubernetes = useKubernetes();
const proxies = new Map<string, FaultProxy>();

/** What becomes of each cluster while a grant is active there. */
const troubles = {
  down: (proxy) => proxy.refuse(),
  hung: (proxy) => proxy.play({ how: { kind: "hang" } }),
  busy: (proxy) => proxy.play({ how: { kind: "answer", status: 429, retryAfter: RETRY_AFTER_SECONDS } }),
  broken: (proxy) => proxy.play({ how: { kind: "answer", status: 500 } }),
  unwilling: (proxy) => proxy.play({ method: "DELETE", how: { kind: "answer", status: 403 } }),
  slow: (proxy) => proxy.play({ how: { kind: "slow", ms: 1_500 } }),
  healthy: () => {},
} as const satisfies Record<string, (proxy: FaultProxy) => unknown>;
type Kind = keyof typeof troubles;
const kinds = Object.keys(troubles) as readonly Kind[];

/** The grants are this long in trouble, counted from their end. */
const TROUBLE_MS = 4_000;

const stage = useWorkerStage(async () => {
  await kubernetes.createNamespace(NAMESPACE, { grantable: true });
  const kubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
  for (const kind of kinds) proxies.set(kind, await startFaultProxy(kubernetes.coordinates, { ownGrantsOnly: true }));
  const clusters = [...proxies].map(([id, proxy]) => ({ id, kubeconfig: proxy.writeKubeconfig(kubeconfig) }));
  return { kubernetes, namespaces: [NAMESPACE], clusters };
});
afterAll(async () => {
  for (const proxy of proxies.values()) await proxy.close();
});

interface Played {
  readonly approved: Approved;
  readonly refusal: Refusal;
  readonly healedAt: number;
}
const played = new Map<Kind, Played>();

beforeAll(async () => {
  await stage.current.installation.startWorker();
  const { desk, probes } = stage.current;
  const lent = await Promise.all(
    kinds.map(async (kind) => ({
      kind,
      approved: await desk.lend({ seconds: 6, namespaces: [NAMESPACE], cluster: kind }),
    })),
  );
  await Promise.all(lent.map(({ approved }) => desk.untilArmed(approved.id)));
  await Promise.all(
    lent.map(async ({ kind, approved }) => {
      const proxy = line(kind);
      const holder = await probes.hold(approved);
      await troubles[kind](proxy);
      const refused = holder.firstRefusal();
      const wait = approved.end + TROUBLE_MS - Date.now();
      await new Promise((resolve) => setTimeout(resolve, wait));
      const healedAt = Date.now();
      // The slow one and the healthy one need no healing.
      if (kind !== "slow") await proxy.heal();
      played.set(kind, { approved, refusal: await refused, healedAt });
    }),
  );
}, 60_000);

function line(kind: Kind): FaultProxy {
  const proxy = proxies.get(kind);
  if (proxy === undefined) throw new Error(`no line to ${kind}`);
  return proxy;
}

function outcome(kind: Kind): Played {
  const one = played.get(kind);
  if (one === undefined) throw new Error(`${kind} was not played`);
  return one;
}

test.each(["down", "hung", "busy", "broken", "unwilling"] as const)(
  "P7 · a cluster that was %s at the end of a grant ends it within 15 s of being healed",
  async (kind) => {
    const { approved, refusal, healedAt } = outcome(kind);
    const { desk, probes } = stage.current;

    expect(refusal.at - healedAt).toBeLessThan(15_000);
    expect(await desk.untilEnded(approved.id)).toMatchObject({ ending: { why: "expired" } });
    await expect.poll(() => probes.isThere(approved), { timeout: 5_000 }).toBe(false);
  },
);

test("P7 · a cluster that is slow ends a grant while it is still slow", async () => {
  const { approved, refusal } = outcome("slow");

  expect(refusal.lagMs).toBeLessThan(15_000);
  expect(await stage.current.desk.untilEnded(approved.id)).toMatchObject({ ending: { why: "expired" } });
}, 40_000);

test("P12 · six clusters in trouble hold up nothing in the seventh", () => {
  const { refusal } = outcome("healthy");

  expect(refusal.status).toBe(403);
  expect(refusal.lagMs).toBeGreaterThan(-5);
  expect(refusal.lagMs).toBeLessThan(1_000 + 200);
});

test("P7 · a cluster that says when to come again is not asked before", () => {
  const { calls } = line("busy");
  const refused = calls.filter(({ status }) => status === 429);
  // Calls that were under way when it said so are no fault.
  const meanwhile = 200;

  const early = calls.filter(({ at }) =>
    refused.some((call) => at > call.at + meanwhile && at < call.at + RETRY_AFTER_SECONDS * 1000 - 50),
  );

  expect(refused.length).toBeGreaterThan(0);
  expect(early.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});
