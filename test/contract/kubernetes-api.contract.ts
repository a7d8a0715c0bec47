import { randomBytes } from "node:crypto";
import { ApiException, type V1OwnerReference } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { ACCESS_GRANTS } from "../../src/provisioner/access-grant.ts";
import type { Connection } from "../../src/provisioner/connections.ts";
import * as objects from "../../src/provisioner/objects.ts";
import type { Held } from "../../src/workflows/ports.ts";
import type { DeleteOptions } from "../fakes/kubernetes/object-store.ts";
import type { Ref, Stored } from "../fakes/kubernetes/stored-object.ts";

/** A cluster with Daypass installed in it, as the worker and as its admin. */
export interface KubernetesUnderTest {
  readonly worker: Connection;
  readonly admin: Admin;
  /** A namespace that is open to Daypass, and one that is not. */
  readonly open: string;
  readonly closed: string;
  /** GETs a namespace's pods with a token; returns the status. */
  access(token: string, namespace: string): Promise<number>;
}

/** Whoever has all rights; rejects as client-node does. */
export interface Admin {
  read(ref: Ref): Promise<Stored>;
  /** Sends a merge patch (RFC 7386). */
  patch(ref: Ref, patch: object): Promise<Stored>;
  remove(ref: Ref, options?: DeleteOptions): Promise<void>;
  /** Makes a namespace that is open to Daypass; returns its name. */
  openNamespace(): Promise<string>;
}

export const GRANTS = objects.GRANTS_NAMESPACE;
const ROLE = "daypass-profile-logs";
export const BACKGROUND = { propagationPolicy: "Background" };

/** Takes which API server it is and how to get it; declares what Daypass relies on in all of them. */
export function describeKubernetesApi(name: string, setup: () => Promise<KubernetesUnderTest>): void {
  describe(`${name}: writes`, () => {
    test("what is made has a uid, a version and a whole second; made again it is a conflict, and stays as it was", async () => {
      const { worker } = await setup();
      const grant = newHeld();
      const body = accountOf(grant);

      const made = await worker.core.createNamespacedServiceAccount({ namespace: GRANTS, body });
      const again = await refusalOf(worker.core.createNamespacedServiceAccount({ namespace: GRANTS, body }));

      expect(made.metadata?.uid).toMatch(/./);
      expect(made.metadata?.resourceVersion).toMatch(/^\d+$/);
      expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date);
      expect((made.metadata?.creationTimestamp?.getTime() ?? 1) % 1000).toBe(0);
      expect(again).toEqual({ code: 409, reason: "AlreadyExists" });
      const found = await worker.core.readNamespacedServiceAccount({ namespace: GRANTS, name: body.metadata.name });
      expect(found.metadata?.uid).toBe(made.metadata?.uid);
      await worker.core.deleteNamespacedServiceAccount({ namespace: GRANTS, name: body.metadata.name });
    });

    test("a delete with another uid is a conflict and deletes nothing; a second delete finds nothing", async () => {
      const { worker } = await setup();
      const body = accountOf(newHeld());
      const at = { namespace: GRANTS, name: body.metadata.name };
      const { metadata } = await worker.core.createNamespacedServiceAccount({ namespace: GRANTS, body });
      const remove = (uid: string) =>
        worker.core.deleteNamespacedServiceAccount({ ...at, body: { ...BACKGROUND, preconditions: { uid } } });

      expect(await refusalOf(remove("another"))).toEqual({ code: 409, reason: "Conflict" });
      expect((await worker.core.readNamespacedServiceAccount(at)).metadata?.uid).toBe(metadata?.uid);
      await remove(metadata?.uid ?? "");

      expect(await refusalOf(worker.core.readNamespacedServiceAccount(at))).toEqual(NOT_FOUND);
      expect(await refusalOf(remove(metadata?.uid ?? ""))).toEqual(NOT_FOUND);
    });

    test("the worker binds where it is let, what it is let", async () => {
      const { worker, open, closed } = await setup();
      const grant = newHeld();
      const bind = (namespace: string, role: string) =>
        worker.rbac.createNamespacedRoleBinding({ namespace, body: bindingOf({ ...grant, role }, namespace) });

      expect(await refusalOf(bind(closed, ROLE))).toEqual({ code: 403, reason: "Forbidden" });
      expect(await refusalOf(bind(open, "cluster-admin"))).toEqual({ code: 403, reason: "Forbidden" });
      expect(await refusalOf(bind(open, "no-such-role"))).toEqual(NOT_FOUND);
      expect((await bind(open, ROLE)).roleRef.name).toBe(ROLE);
      await worker.cutting.deleteNamespacedRoleBinding({ namespace: open, name: objects.objectName(grant) });
    });

    test("a binding's role cannot be changed", async () => {
      const { worker, admin, open } = await setup();
      const grant = newHeld();
      const name = objects.objectName(grant);
      await worker.rbac.createNamespacedRoleBinding({ namespace: open, body: bindingOf(grant, open) });

      const changing = admin.patch({ plural: "rolebindings", namespace: open, name }, { roleRef: { name: "view" } });

      expect(await refusalOf(changing)).toEqual({ code: 422, reason: "Invalid" });
      await worker.cutting.deleteNamespacedRoleBinding({ namespace: open, name });
    });

    test("an AccessGrant says all that it must, is nobody's own approval, and never changes", async () => {
      const { worker, admin } = await setup();
      const grant = newHeld();
      const body = objects.accessGrant(grant);
      const create = (spec: object) =>
        worker.custom.createClusterCustomObject({
          ...ACCESS_GRANTS,
          body: { ...body, spec: { ...body.spec, ...spec } },
        });

      for (const spec of [
        { requester: "ada" },
        { decidedBy: { kind: "approval", people: [] } },
        { namespaces: [] },
        { namespaces: ["a", "a"] },
        { role: "view" },
        { roleHash: "sha256:short" },
        { subject: "system:serviceaccount:daypass-grants:another" },
        { profile: undefined },
      ]) {
        expect(await refusalOf(create(spec)), JSON.stringify(spec)).toEqual({ code: 422, reason: "Invalid" });
      }
      await create({});
      const ref = { plural: "accessgrants", name: body.metadata.name } as const;
      expect(await refusalOf(admin.patch(ref, { spec: { expiresAt: "2040-01-01T00:00:00Z" } }))).toMatchObject({
        code: 422,
      });
      await admin.patch(ref, { metadata: { labels: { more: "yes" } } });
      expect((await admin.read(ref)).metadata.generation).toBe(1);
      await admin.remove(ref);
    });

    test("what a finalizer holds is marked, and goes when that lets go", async () => {
      const { worker, admin } = await setup();
      const body = objects.accessGrant(newHeld());
      const at = { ...ACCESS_GRANTS, name: body.metadata.name };
      const ref = { plural: "accessgrants", name: at.name } as const;
      await worker.custom.createClusterCustomObject({ ...ACCESS_GRANTS, body });
      await admin.patch(ref, { metadata: { finalizers: ["example.com/hold"] } });

      await worker.custom.deleteClusterCustomObject({ ...at, body: BACKGROUND });

      expect((await admin.read(ref)).metadata.deletionTimestamp).toMatch(/Z$/);
      await admin.patch(ref, { metadata: { finalizers: null } });
      expect(await refusalOf(worker.custom.getClusterCustomObject(at))).toEqual(NOT_FOUND);
    });

    test("a namespace that is deleted takes what is in it, and nothing is made in it any more", async () => {
      const { worker, admin } = await setup();
      const namespace = await admin.openNamespace();
      const grant = newHeld();
      const body = bindingOf(grant, namespace);
      await worker.rbac.createNamespacedRoleBinding({ namespace, body });

      await admin.remove({ plural: "namespaces", name: namespace });

      const reading = () => refusalOf(worker.rbac.readNamespacedRoleBinding({ namespace, name: body.metadata.name }));
      await expect.poll(reading, { timeout: 20_000 }).toEqual(NOT_FOUND);
      const making = worker.rbac.createNamespacedRoleBinding({ namespace, body });
      expect(await refusalOf(making)).toEqual({ code: 403, reason: "Forbidden" });
    });
  });
}

export const NOT_FOUND = { code: 404, reason: "NotFound" };

/** Takes a call; returns the code and the API server's reason with which it was refused, or null. */
export async function refusalOf(call: Promise<unknown>): Promise<{ code: number; reason: string | undefined } | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    return { code: error.code, reason: typeof error.body === "string" ? JSON.parse(error.body).reason : undefined };
  }
}

/** Returns a grant of a name that is new, as an AccessGrant tells it. */
export function newHeld(): Held {
  const id = Array.from(randomBytes(11), (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("");
  return {
    ...{ id, end: Math.floor(Date.now() / 1000) * 1000 + 3_600_000, cluster: "prod", namespaces: ["payments"] },
    ...{ request: id.slice(1), grantee: "mia", decidedBy: { kind: "approval", people: ["ada"] }, madeAt: 0 },
    ...{ profile: "logs", role: ROLE, roleHash: `sha256:${"0".repeat(64)}` },
  };
}

/** Takes a grant and who owns it; returns the identity, of nobody unless somebody is given. */
export function accountOf(grant: Held, ownerReferences: V1OwnerReference[] = []) {
  const { metadata, ...rest } = objects.serviceAccount(grant, { name: "", uid: "" });
  return { ...rest, metadata: { ...metadata, name: objects.objectName(grant), ownerReferences } };
}

/** Takes a grant and where; returns the binding of its role to its identity, of nobody unless somebody is given. */
export function bindingOf(grant: Held, namespace: string, ownerReferences: V1OwnerReference[] = []) {
  const { metadata, ...rest } = objects.roleBinding(grant, namespace, { name: "", uid: "" });
  return { ...rest, metadata: { ...metadata, name: objects.objectName(grant), ownerReferences } };
}
