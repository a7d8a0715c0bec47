/** client-node's API classes, with the methods that Daypass calls and no others. */
import type {
  AuthorizationV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  RbacAuthorizationV1Api,
  V1ResourceAttributes,
} from "@kubernetes/client-node";
import type { Question } from "./authorizer.ts";
import type { Requests } from "./requests.ts";
import { byLabels, byName } from "./selectors.ts";
import { keyOf, type Plural, type Ref, type Stored, typed, type Wanted } from "./stored-object.ts";

/** Makes one call: what it is, for the trace, and its effect. */
export type Send = <T>(what: string, effect: () => T) => Promise<T>;

/** What all of one connection's APIs are made of. */
export interface Wire {
  readonly requests: Requests;
  readonly send: Send;
  /** The version that a list from the API server's cache shows; undefined: all there is. */
  cacheVersion(): number | undefined;
  now(): number;
}

/** Takes a connection's wire; returns its core API. */
export function coreApi(wire: Wire): CoreV1Api {
  const api = {
    createNamespacedSecret: ({ namespace, body }) => create(wire, "secrets", namespace, body),
    deleteNamespacedSecret: ({ namespace, name, body }) => remove(wire, { plural: "secrets", namespace, name }, body),
    createNamespacedServiceAccount: ({ namespace, body }) => create(wire, "serviceaccounts", namespace, body),
    readNamespacedServiceAccount: ({ namespace, name }) => read(wire, { plural: "serviceaccounts", namespace, name }),
    deleteNamespacedServiceAccount: ({ namespace, name, body }) =>
      remove(wire, { plural: "serviceaccounts", namespace, name }, body),
    readNamespace: ({ name }) => read(wire, { plural: "namespaces", name }),
    async createNamespacedServiceAccountToken({ namespace, name, body }) {
      const { expirationSeconds = 3600, boundObjectRef } = body.spec ?? {};
      const secret = boundObjectRef?.name === undefined ? null : { name: boundObjectRef.name, uid: boundObjectRef.uid };
      const wanted = { uid: body.metadata?.uid, seconds: expirationSeconds, secret };
      const { token, exp } = await wire.send(`POST serviceaccounts/token ${namespace}/${name}`, () =>
        wire.requests.mint({ plural: "serviceaccounts", namespace, name }, wanted),
      );
      return { ...body, status: { token, expirationTimestamp: new Date(exp) } };
    },
  } satisfies Partial<CoreV1Api>;
  return api as object as CoreV1Api;
}

/** As `coreApi`. */
export function batchApi(wire: Wire): BatchV1Api {
  const api = {
    createNamespacedJob: ({ namespace, body }) => create(wire, "jobs", namespace, body),
    readNamespacedJob: ({ namespace, name }) => read(wire, { plural: "jobs", namespace, name }),
    async readNamespacedJobWithHttpInfo({ namespace, name }) {
      const ref: Ref = { plural: "jobs", namespace, name };
      const [found, date] = await wire.send(`GET jobs ${keyOf(ref)}`, () => [wire.requests.read(ref), wire.now()]);
      return dated(typed<never>(found), date);
    },
  } satisfies Partial<BatchV1Api>;
  return api as object as BatchV1Api;
}

/** As `coreApi`. */
export function rbacApi(wire: Wire): RbacAuthorizationV1Api {
  const api = {
    readClusterRole: ({ name }) => read(wire, { plural: "clusterroles", name }),
    createNamespacedRoleBinding: ({ namespace, body }) => create(wire, "rolebindings", namespace, body),
    readNamespacedRoleBinding: ({ namespace, name }) => read(wire, { plural: "rolebindings", namespace, name }),
    deleteNamespacedRoleBinding: ({ namespace, name, body }) =>
      remove(wire, { plural: "rolebindings", namespace, name }, body),
    async listRoleBindingForAllNamespaces({ fieldSelector } = {}) {
      const all = await wire.send("LIST rolebindings", () => wire.requests.list("rolebindings"));
      return { items: all.filter(byName(fieldSelector)).map((one) => typed<never>(one)) };
    },
    async listClusterRoleWithHttpInfo() {
      const [all, date] = await wire.send("LIST clusterroles", () => [wire.requests.list("clusterroles"), wire.now()]);
      return dated({ items: all.map((one) => typed<never>(one)) }, date);
    },
  } satisfies Partial<RbacAuthorizationV1Api>;
  return api as object as RbacAuthorizationV1Api;
}

/** As `coreApi`. Custom resources come as they are, with their moments as text. */
export function customApi(wire: Wire): CustomObjectsApi {
  const api = {
    createClusterCustomObject: ({ plural, body }) => {
      const ref = { plural: plural as Plural, name: String((body as Wanted).metadata?.name) };
      return wire.send(`POST ${plural} ${ref.name}`, () => wire.requests.create(ref, body));
    },
    getClusterCustomObject: ({ plural, name }) =>
      wire.send(`GET ${plural} ${name}`, () => wire.requests.read({ plural: plural as Plural, name })),
    deleteClusterCustomObject: ({ plural, name, body }) => remove(wire, { plural: plural as Plural, name }, body),
    async listClusterCustomObject({ plural, labelSelector, resourceVersion }) {
      const items = await wire.send(`LIST ${plural}`, () =>
        wire.requests.list(plural as Plural, resourceVersion === "0" ? wire.cacheVersion() : undefined),
      );
      return { items: items.filter(byLabels(labelSelector)) };
    },
  } satisfies Partial<CustomObjectsApi>;
  return api as object as CustomObjectsApi;
}

/** As `coreApi`: asks about others. */
export function authorizationApi({ send, requests }: Wire): AuthorizationV1Api {
  const api = {
    async createSubjectAccessReview({ body }) {
      const { user = "", groups = [], resourceAttributes } = body.spec;
      const question = questionFrom(resourceAttributes);
      const allowed = await send(`POST subjectaccessreviews ${user.split(":").at(-1)} ${say(question)}`, () =>
        requests.review({ name: user, groups }, question),
      );
      return { spec: body.spec, status: { allowed } };
    },
  } satisfies Partial<AuthorizationV1Api>;
  return api as object as AuthorizationV1Api;
}

/** As `authorizationApi`, by a bearer: asks about itself. */
export function bearerApi({ send, requests }: Wire, token: string): AuthorizationV1Api {
  const api = {
    async createSelfSubjectAccessReview({ body }) {
      const question = questionFrom(body.spec.resourceAttributes);
      const allowed = await send(`POST selfsubjectaccessreviews ${say(question)}`, () =>
        requests.reviewSelf(token, question),
      );
      return { spec: body.spec, status: { allowed } };
    },
  } satisfies Partial<AuthorizationV1Api>;
  return api as object as AuthorizationV1Api;
}

async function create<T>({ send, requests }: Wire, plural: Plural, namespace: string, body: T): Promise<T> {
  const wanted = body as Wanted;
  const ref = { plural, namespace, name: String(wanted.metadata?.name) };
  return typed<T>(await send(`POST ${plural} ${keyOf(ref)}`, () => requests.create(ref, wanted)));
}

async function read<T>({ send, requests }: Wire, ref: Ref): Promise<T> {
  return typed<T>(await send(`GET ${ref.plural} ${keyOf(ref)}`, () => requests.read(ref)));
}

/** What is answered, and when, by the cluster's own clock: an API server puts it on every answer. */
function dated(data: object, at: number): never {
  return { httpStatusCode: 200, headers: { date: new Date(at).toUTCString() }, data } as never;
}

async function remove({ send, requests }: Wire, ref: Ref, body: Parameters<Requests["remove"]>[1]): Promise<never> {
  const gone: Stored = await send(`DELETE ${ref.plural} ${keyOf(ref)}`, () => requests.remove(ref, body));
  return typed(gone);
}

function questionFrom(attributes: V1ResourceAttributes | undefined): Question {
  const { namespace = "", verb = "", group, resource = "", subresource, name } = attributes ?? {};
  return { namespace, verb, group, resource, subresource, name };
}

function say({ verb, resource, subresource, namespace }: Question): string {
  return `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`} in ${namespace}`;
}
