import { describe, expect, test } from "vitest";
import { objectName } from "../../src/provisioner/objects.ts";
import { setStage } from "./memory-stage.ts";

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

  test("P3 · what a slow maker makes while the reviews are asked is seen: no end is proven beside it", async () => {
    const { clusters, grant, fates, server } = await setStage();
    await clusters.make(grant);
    const made = server.store.list("serviceaccounts")[0];
    const ref = { plural: "serviceaccounts", namespace: "daypass-grants", name: objectName(grant) } as const;
    fates.next = ({ what }) => {
      // When its answer comes, the maker's account is there again.
      if (what.startsWith("POST subjectaccessreviews") && server.store.find(ref) === undefined)
        server.store.create(ref, { metadata: { labels: made?.metadata.labels } } as never);
      return null;
    };

    await expect(clusters.end(grant, 0)).rejects.toThrow("prod still has ServiceAccount");
  });

  test("P3 · somebody else's binding of the grant's identity is seen, whatever the role allows that no review asks", async () => {
    const { clusters, grant, server } = await setStage();
    const name = objectName(grant);
    const ref = { plural: "rolebindings", namespace: "payments", name } as const;
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
    server.store.edit({ plural: "clusterroles", name: "daypass-profile-restart" }, (found) => ({ ...found, rules }));
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "daypass-profile-restart" };
    const lendTo = (namespace: string) =>
      server.store.create(ref, { roleRef, subjects: [{ kind: "ServiceAccount", namespace, name }] });

    const { uid } = lendTo("daypass-grants").metadata;
    await expect(clusters.end(grant, 0)).rejects.toThrow(`prod still has RoleBinding payments/${name}`);
    expect(server.store.find(ref)?.metadata.uid).toBe(uid);
    server.store.remove(ref, { propagationPolicy: "Background" });
    lendTo("somewhere-else");

    expect(await clusters.end(grant, 0)).toEqual({ refused: true });
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
