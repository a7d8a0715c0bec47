/**
 * The limit: the same objects as the worker makes, in the same order and with the same calls side by side, by a client
 * that does nothing else. It keeps what it was told (uids, the role's rules) where the worker looks, and it neither
 * decides, saves nor tells anything.
 */
import { setTimeout as wait } from "node:timers/promises";
import * as objects from "../src/provisioner/objects.ts";
import { type Question, questionsOf } from "../src/provisioner/proof.ts";
import type { Cell, RoleRules } from "../src/provisioner/role-rules.ts";
import type { Lent } from "../src/workflows/grant.ts";
import { type BareClient, BareRefusal } from "./bare-client.ts";

/** What the bare client works with. */
export interface LimitParts {
  /** A kept pool for the worker's identity. */
  readonly asWorker: BareClient;
  /** A kept pool for the trials' tokens. */
  readonly asTrial: BareClient;
  readonly workerToken: string;
  readonly rules: RoleRules;
}

/** A grant that the bare client made, with all it takes to end it. */
export interface Made {
  readonly grant: Lent;
  readonly uids: { readonly grant: string; readonly account: string; readonly bindings: readonly string[] };
}

/** An object as the API server answers with it. */
export interface Answered {
  readonly metadata: { readonly name: string; readonly uid: string };
}

export const GRANTS = `/api/v1/namespaces/${objects.GRANTS_NAMESPACE}`;
export const JOBS = `/apis/batch/v1/namespaces/${objects.GRANTS_NAMESPACE}/jobs`;
export const ACCESS_GRANTS = "/apis/daypass.dev/v1alpha1/accessgrants";
const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** Takes a grant; makes all of it and proves it with a trial, as src/provisioner/make-access.ts and trial.ts do. */
export async function makeLimit(parts: LimitParts, grant: Lent): Promise<Made> {
  const post = <T = Answered>(path: string, body: unknown) =>
    parts.asWorker.send<T>("POST", path, body, parts.workerToken);
  const { metadata: owner } = await post(ACCESS_GRANTS, nobodysGrant(grant));
  const { metadata: timer } = await post(JOBS, objects.timerJob(grant, owner, Date.now()));
  const [account, anchor, ...bindings] = await Promise.all([
    post(`${GRANTS}/serviceaccounts`, objects.serviceAccount(grant, timer)),
    post(`${GRANTS}/secrets`, objects.anchorSecret(grant, 0, timer)),
    ...grant.namespaces.map((one) => post(bindingsIn(one), objects.roleBinding(grant, one, owner))),
  ]);
  const { status } = await post<{ status: { token: string } }>(
    `${GRANTS}/serviceaccounts/${account.metadata.name}/token`,
    trialRequest(account.metadata.uid, anchor.metadata),
  );
  await prove(parts, status.token, questionsOf(grant.namespaces, parts.rules));
  await remove(parts, `${GRANTS}/secrets/${anchor.metadata.name}`, anchor.metadata.uid);
  return {
    grant,
    uids: { grant: owner.uid, account: account.metadata.uid, bindings: bindings.map(({ metadata }) => metadata.uid) },
  };
}

/**
 * Takes a grant; returns an AccessGrant of the same weight that the worker leaves alone, since its name says another end
 * than it does. One of the worker's own kind has no record, so the worker would write it anew and look after it.
 */
export function nobodysGrant(grant: Lent): ReturnType<typeof objects.accessGrant> {
  const { spec, ...rest } = objects.accessGrant(grant);
  return { ...rest, spec: { ...spec, expiresAt: new Date(grant.end + 1_000).toISOString() } };
}

/** Takes a made grant; ends it with the same deletes in the same order as src/provisioner/end-access.ts. */
export async function endLimit(parts: LimitParts, { grant, uids }: Made): Promise<void> {
  const name = objects.objectName(grant);
  await Promise.all(
    grant.namespaces.map((one, i) => remove(parts, `${bindingsIn(one)}/${name}`, uids.bindings[i] ?? "")),
  );
  await remove(parts, `${GRANTS}/serviceaccounts/${name}`, uids.account);
  await remove(parts, `${ACCESS_GRANTS}/${name}`, uids.grant);
}

/** Takes a grant; makes the three things without which there is no access, and nothing that would end it again. */
export async function makeBareThree(parts: LimitParts, grant: Lent): Promise<void> {
  const post = (path: string, body: unknown) => parts.asWorker.send("POST", path, body, parts.workerToken);
  const [account, binding] = [plainAccount(grant), plainBinding(grant)];
  await post(`${GRANTS}/serviceaccounts`, account);
  await post(bindingsIn(binding.metadata.namespace), binding);
  await post(`${GRANTS}/serviceaccounts/${account.metadata.name}/token`, {
    spec: { audiences: [], expirationSeconds: 600 },
  });
}

/** Takes a grant of which the bare three were made; deletes them. */
export async function removeBareThree(parts: LimitParts, grant: Lent): Promise<void> {
  const name = objects.objectName(grant);
  const { namespace } = plainBinding(grant).metadata;
  await remove(parts, `${bindingsIn(namespace)}/${name}`, null);
  await remove(parts, `${GRANTS}/serviceaccounts/${name}`, null);
}

function plainAccount(grant: Lent) {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: objects.objectName(grant) } };
}

function plainBinding(grant: Lent) {
  const { apiVersion, kind, roleRef, subjects } = objects.roleBinding(grant, "", { name: "", uid: "" });
  return {
    ...{ apiVersion, kind, roleRef, subjects },
    metadata: { name: objects.objectName(grant), namespace: grant.namespaces[0] ?? "" },
  };
}

/** Takes a namespace; returns the path of its RoleBindings. */
export function bindingsIn(namespace: string): string {
  return `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
}

function trialRequest(uid: string, { name, uid: anchorUid }: Answered["metadata"]) {
  const boundObjectRef = { apiVersion: "v1", kind: "Secret", name, uid: anchorUid };
  return { metadata: { uid }, spec: { audiences: [], expirationSeconds: 600, boundObjectRef } };
}

async function prove(parts: LimitParts, token: string, { yes, no }: ReturnType<typeof questionsOf>): Promise<void> {
  const ask = (question: Question) => askItself(parts.asTrial, token, question);
  const untilYes = async () => {
    let left = yes;
    for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 100)) {
      const answers = await Promise.all(left.map(ask));
      left = left.filter((_, i) => answers[i] !== true);
      if (left.length === 0) return;
      await wait(pauseMs);
    }
  };
  const [, exceeded] = await Promise.all([untilYes(), Promise.all(no.map(ask))]);
  if (exceeded.includes(true)) throw new Error("the limit's grant may do what it must not");
}

async function askItself(client: BareClient, token: string, { namespace, cell }: Question): Promise<boolean> {
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: spec(namespace, cell) };
  for (;;) {
    try {
      const { status } = await client.send<{ status: { allowed: boolean } }>("POST", REVIEWS, body, token);
      return status.allowed;
    } catch (error) {
      // The API server does not know the new identity yet; the worker asks again after as long.
      if (!(error instanceof BareRefusal) || error.status !== 401) throw error;
      await wait(20);
    }
  }
}

function spec(namespace: string, cell: Cell) {
  return { resourceAttributes: { namespace, ...cell } };
}

/** Takes a path and the uid that must be there (null: any); deletes it as the worker does. */
export async function remove(parts: LimitParts, path: string, uid: string | null): Promise<void> {
  const body = { propagationPolicy: "Background", ...(uid === null ? {} : { preconditions: { uid } }) };
  await parts.asWorker.send("DELETE", path, body, parts.workerToken);
}
