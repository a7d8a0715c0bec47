import { describe, expect, test } from "vitest";
import { ACCESS_GRANTS } from "../../src/provisioner/access-grant.ts";
import type { Connection } from "../../src/provisioner/connections.ts";
import * as objects from "../../src/provisioner/objects.ts";
import type { Held } from "../../src/workflows/ports.ts";
import {
  accountOf,
  BACKGROUND,
  bindingOf,
  GRANTS,
  type KubernetesUnderTest,
  NOT_FOUND,
  newHeld,
  refusalOf,
} from "./kubernetes-api.contract.ts";

/** As `describeKubernetesApi`: what goes by itself. */
export function describeOwners(name: string, setup: () => Promise<KubernetesUnderTest>): void {
  describe(`${name}: owners and timers`, () => {
    test("an AccessGrant that is deleted takes its binding, its timer and what that owns", async () => {
      const { worker, open } = await setup();
      const grant = newHeld();
      const name = objects.objectName(grant);
      const { owner, timer } = await intend(worker, grant);
      const bound = bindingOf(grant, open, [ownerRef("AccessGrant", owner)]);
      await worker.core.createNamespacedServiceAccount({
        namespace: GRANTS,
        body: objects.serviceAccount(grant, timer),
      });
      await worker.rbac.createNamespacedRoleBinding({ namespace: open, body: bound });

      await worker.custom.deleteClusterCustomObject({ ...ACCESS_GRANTS, name, body: BACKGROUND });

      for (const reading of [
        () => worker.batch.readNamespacedJob({ namespace: GRANTS, name }),
        () => worker.core.readNamespacedServiceAccount({ namespace: GRANTS, name }),
        () => worker.rbac.readNamespacedRoleBinding({ namespace: open, name }),
      ]) {
        await expect.poll(() => refusalOf(reading()), { timeout: 10_000 }).toEqual(NOT_FOUND);
      }
    });

    test("what is made of an owner that is gone is collected; of two owners, one is enough to stay", async () => {
      const { worker } = await setup();
      const [grant, late] = [newHeld(), newHeld()];
      const { owner, timer } = await intend(worker, grant);
      const gone = ownerRef("Job", { name: timer.name, uid: "11111111-1111-1111-1111-111111111111" });
      const both = accountOf(grant, [ownerRef("Job", timer), gone]);
      await worker.core.createNamespacedServiceAccount({ namespace: GRANTS, body: both });
      await worker.core.createNamespacedServiceAccount({ namespace: GRANTS, body: accountOf(late, [gone]) });

      const reading = (one: Held) =>
        refusalOf(worker.core.readNamespacedServiceAccount({ namespace: GRANTS, name: objects.objectName(one) }));
      await expect.poll(() => reading(late), { timeout: 10_000 }).toEqual(NOT_FOUND);
      expect(await reading(grant)).toBeNull();
      await worker.custom.deleteClusterCustomObject({ ...ACCESS_GRANTS, name: owner.name, body: BACKGROUND });
    });

    test("a Job deleted without a word about what it owns leaves that behind", async () => {
      const { worker, admin } = await setup();
      const grant = newHeld();
      const at = { namespace: GRANTS, name: objects.objectName(grant) };
      const { timer } = await intend(worker, grant);
      await worker.core.createNamespacedServiceAccount({
        namespace: GRANTS,
        body: objects.serviceAccount(grant, timer),
      });

      await admin.remove({ plural: "jobs", ...at });

      const reading = () => refusalOf(worker.batch.readNamespacedJob(at));
      await expect.poll(reading, { timeout: 10_000 }).toEqual(NOT_FOUND);
      const owners = async () => (await worker.core.readNamespacedServiceAccount(at)).metadata?.ownerReferences ?? [];
      await expect.poll(owners, { timeout: 10_000 }).toEqual([]);
      await worker.core.deleteNamespacedServiceAccount(at);
      await admin.remove({ plural: "accessgrants", name: at.name });
    });

    test("a Job of no pods is completed at once, and at its time is gone with what it owns", async () => {
      const { worker, admin } = await setup();
      const grant = newHeld();
      const at = { namespace: GRANTS, name: objects.objectName(grant) };
      // Three seconds from now, as a timer that is made late is.
      const { timer } = await intend(worker, grant, grant.end - 2_000);
      await worker.core.createNamespacedServiceAccount({
        namespace: GRANTS,
        body: objects.serviceAccount(grant, timer),
      });

      const completed = async () => (await worker.batch.readNamespacedJob(at)).status?.completionTime;
      await expect.poll(completed, { timeout: 5_000, interval: 20 }).toBeInstanceOf(Date);
      expect((await admin.read({ plural: "jobs", ...at })).metadata.generation).toBe(1);

      const reading = () => refusalOf(worker.core.readNamespacedServiceAccount(at));
      await expect.poll(reading, { timeout: 15_000 }).toEqual(NOT_FOUND);
      await admin.remove({ plural: "accessgrants", name: at.name });
    });
  });
}

/** Takes an object; returns the reference to it as an owner. */
export function ownerRef(kind: "AccessGrant" | "Job", { name, uid }: objects.Owner) {
  return { apiVersion: kind === "Job" ? "batch/v1" : "daypass.dev/v1alpha1", kind, name, uid };
}

/** Makes a grant's AccessGrant and its timer; as the worker, at a time that the timer's seconds are counted from. */
export async function intend(worker: Connection, grant: Held, now = Date.now()) {
  const name = objects.objectName(grant);
  const made: unknown = await worker.custom.createClusterCustomObject({
    ...{ ...ACCESS_GRANTS, body: objects.accessGrant(grant) },
  });
  const owner = { name, uid: (made as { metadata: { uid: string } }).metadata.uid };
  const body = objects.timerJob(grant, owner, now);
  const { metadata } = await worker.batch.createNamespacedJob({ namespace: GRANTS, body });
  return { owner, timer: { name, uid: metadata?.uid ?? "" } };
}
