import { afterEach, describe, expect, test } from "vitest";
import { createClusters } from "../../src/provisioner/clusters.ts";
import { objectName } from "../../src/provisioner/objects.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import type { Following, News } from "../../src/workflows/ports.ts";
import type { Call, Gate } from "../fakes/gate.ts";
import { type ConnectOptions, createMemoryKubernetes } from "../fakes/kubernetes/memory-kubernetes.ts";
import { refusal } from "../fakes/kubernetes/refusals.ts";
import { NOON } from "../fakes/samples.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What becomes of a call; null: nothing bad. */
type Fate = (call: Call) => "lost before" | "lost after" | "never" | "too many" | null;

/** A cluster at noon, whose calls a test decides on and whose controllers wait to be told. */
async function setStage(options: ConnectOptions = {}) {
  const time = { now: NOON };
  const server = createMemoryKubernetes({ id: "prod", now: () => time.now, open: ["payments", "ledger"] });
  const [calls, fates, trouble]: [string[], { next: Fate }, unknown[]] = [[], { next: () => null }, []];
  const gate: Gate = async (call, effect) => {
    calls.push(call.what);
    const fate = fates.next(call);
    if (fate === "lost before") throw call.broken();
    if (fate === "too many") throw refusal(429, "TooManyRequests", "slow down", { "retry-after": "1" });
    if (fate === "never") return new Promise(() => {});
    const answer = await effect();
    if (fate === "lost after") throw call.broken();
    return answer;
  };
  const clusters = createClusters({
    ...{ clusters: [{ id: "prod" }], now: () => time.now, connect: () => server.connect(gate, options) },
    seal: async ({ kubeconfig }) => kubeconfig,
    events: { happened() {}, failed: (_, __, cause) => void trouble.push(cause) },
  });
  closing.push(() => clusters.close());
  const { roles } = await clusters.facts("prod");
  calls.length = 0;
  const grant: Lent = {
    ...{ id: "abcdefghija", version: 1, request: "abcdefghij", grantee: "mia", decidedAt: NOON, end: NOON + 3_600_000 },
    ...{ decidedBy: { kind: "approval", people: ["ada"] }, extends: null, cluster: "prod", namespaces: ["payments"] },
    ...{ profile: "logs", role: "daypass-profile-logs" },
    roleHash: roles["daypass-profile-logs"]?.hash ?? "",
  };
  return { server, clusters, grant, calls, fates, trouble, time };
}

describe("Kubernetes in memory, call by call", () => {
  test("a grant is made, handed over and ended in calls that a trace can name", async () => {
    const { clusters, grant, calls, server } = await setStage();
    const name = objectName(grant);

    await clusters.make(grant);
    server.controllers.run();
    await clusters.end(grant, 0);

    expect(calls.slice(0, 6)).toEqual([
      ...[`POST accessgrants ${name}`, "GET clusterroles daypass-profile-logs", `POST jobs daypass-grants/${name}`],
      ...[`POST serviceaccounts daypass-grants/${name}`, `POST secrets daypass-grants/${name}-d0`],
      `POST rolebindings payments/${name}`,
    ]);
    expect(calls).toContain(`DELETE rolebindings payments/${name}`);
    expect(calls).toContain(`POST subjectaccessreviews ${name} get pods/log in payments`);
  });

  test("whichever call of making loses its answer, before its effect or after, the next try makes the same grant", async () => {
    const { calls: all } = await setStage().then(async (stage) => {
      await stage.clusters.make(stage.grant);
      return stage;
    });
    for (const fate of ["lost before", "lost after"] as const) {
      for (let which = 0; which < all.length; which++) {
        const { clusters, grant, calls, fates, server } = await setStage();
        fates.next = () => (calls.length === which + 1 ? fate : null);

        await expect(clusters.make(grant), `${fate}: ${all[which]}`).rejects.toThrow(
          "prod does not answer (ECONNRESET)",
        );
        expect(await clusters.make(grant), `${fate}: ${all[which]}`).toEqual({ proven: true });

        expect(server.store.list("serviceaccounts")).toHaveLength(1);
        expect(server.store.list("secrets")).toEqual([]);
      }
    }
  });

  test("a refusal with Retry-After shuts the worker's gate", async () => {
    const { clusters, grant, calls, fates } = await setStage();
    fates.next = () => "too many";

    await expect(clusters.timer(grant)).rejects.toThrow("prod is too busy to read the timer");
    await expect(clusters.timer(grant)).rejects.toThrow("prod asked not to be called for 1 s more");

    expect(calls).toHaveLength(1);
  });

  test("controllers act when they are told to, and say when that is", async () => {
    const { clusters, grant, server, time } = await setStage();
    await clusters.make(grant);
    expect(await clusters.timer(grant)).toBe("waiting");

    expect(server.controllers.deeds().map(({ what }) => what)).toEqual([
      `complete jobs daypass-grants/${objectName(grant)}`,
    ]);
    expect(server.controllers.run()).toBe(1);
    expect(await clusters.timer(grant)).toBe("armed");

    expect(server.controllers.nextDueAt()).toBe(grant.end + 1_000);
    time.now = grant.end + 999;
    expect(server.controllers.run()).toBe(0);
    time.now = grant.end + 1_000;
    expect(server.controllers.run()).toBe(2);
    expect(server.store.list("serviceaccounts")).toEqual([]);
    expect(server.controllers.nextDueAt()).toBeNull();
  });

  test("a token that was used is believed for ten seconds, and refused at once where its binding is gone", async () => {
    const { clusters, grant, server, time } = await setStage();
    await clusters.make(grant);
    await clusters.deliver(grant, 1, {});
    const [, delivered] = server.tokens;
    const ask = () => server.access(delivered?.token ?? "", { namespace: "payments", verb: "get", resource: "pods" });
    expect(ask()).toBe(200);

    await clusters.endDelivery(grant, 1);

    expect(ask()).toBe(200);
    time.now += 10_000;
    expect(ask()).toBe(401);
    await clusters.deliver(grant, 2, {});
    const second = server.tokens.at(-1)?.token ?? "";
    await clusters.cut(grant);
    expect(server.access(second, { namespace: "payments", verb: "get", resource: "pods" })).toBe(403);
  });

  test("a list from the API server's cache can be behind", async () => {
    let behind = 0;
    const { clusters, grant } = await setStage({ staleBy: () => behind });
    await clusters.make(grant);
    expect(await clusters.overdue("prod", grant.end)).toHaveLength(1);

    behind = 1_000;

    expect(await clusters.overdue("prod", grant.end)).toEqual([]);
  });
});

describe("Kubernetes in memory, followed", () => {
  test("a list in many pages is of one moment, and begins anew where that was forgotten", async () => {
    const { clusters, grant, server, calls, fates, trouble } = await setStage({ pageSize: 1 });
    const others = ["b", "c"].map((letter) => ({ ...grant, id: `${letter}bcdefghija` }));
    for (const one of [grant, ...others]) await clusters.make(one);
    let pages = 0;
    fates.next = ({ what }) => {
      if (what !== "LIST accessgrants" || ++pages !== 2) return null;
      server.openNamespace("more");
      server.store.compact();
      return null;
    };
    await clusters.cut(others[1] ?? grant);

    const { news, stop } = followed(clusters.follow, "prod");
    await expect.poll(() => news.length).toBe(1);
    await stop();

    const [list] = news;
    expect(list?.what === "list" && list.all.map(({ damage }) => damage?.words)).toEqual([
      ...[undefined, undefined, "the RoleBinding in payments was removed by hand"],
    ]);
    expect(trouble).toMatchObject([{ message: expect.stringContaining("could not list AccessGrants (410)") }]);
    expect(calls.filter((what) => what === "LIST accessgrants")).toHaveLength(2 + 3);
  });

  test("a watch that breaks, or whose line is lost, goes on where it was", async () => {
    const { clusters, grant, server, fates } = await setStage();
    const { news, stop } = followed(clusters.follow, "prod");
    await expect.poll(() => news.length).toBe(1);
    let lost = 0;
    fates.next = ({ what }) => (what.startsWith("EVENT accessgrants ADDED") && lost++ === 0 ? "lost before" : null);

    server.breakWatches();
    await clusters.make(grant);

    await expect.poll(() => news.at(-1), { timeout: 5_000 }).toMatchObject({ what: "made", held: { id: grant.id } });
    expect(lost).toBe(2);
    await stop();
  });

  test("a watch whose line never comes is silent, and stops when it is told to", async () => {
    const { clusters, grant, fates, calls } = await setStage();
    const { news, stop } = followed(clusters.follow, "prod");
    await expect.poll(() => news.length).toBe(1);
    fates.next = ({ what }) => (what.startsWith("EVENT accessgrants") ? "never" : null);

    await clusters.make(grant);
    await expect.poll(() => calls.some((what) => what.startsWith("EVENT accessgrants"))).toBe(true);
    await stop();

    expect(news).toHaveLength(1);
  });
});

/** Takes how to follow; returns what is heard, as it comes. */
function followed(follow: (cluster: string, hear: (news: News) => void) => Following, cluster: string) {
  const news: News[] = [];
  const following = follow(cluster, (one) => void news.push(one));
  return { news, stop: () => following.stop() };
}
