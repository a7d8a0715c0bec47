/** What the worker may ask of an API server, each as one call; effects happen in it and nowhere else. */
import { isAllowed, type Question, type User } from "./authorizer.ts";
import type { DeleteOptions, ObjectStore } from "./object-store.ts";
import { forbidden, notFound, unauthorized } from "./refusals.ts";
import { byKey, type Plural, type Ref, type Stored, type Wanted } from "./stored-object.ts";
import type { Minted, Tokens, TokenWanted } from "./tokens.ts";

export interface Requests {
  create(ref: Ref, body: Wanted): Stored;
  read(ref: Ref): Stored;
  remove(ref: Ref, options: DeleteOptions | undefined): Stored;
  /** At a version of before, where the API server answers from a cache that is behind. */
  list(plural: Plural, version?: number): readonly Stored[];
  mint(ref: Ref & { readonly namespace: string }, wanted: TokenWanted): Minted;
  review(user: User, question: Question): boolean;
  /** As the token's owner; throws 401. */
  reviewSelf(token: string, question: Question): boolean;
}

/** The worker, as deploy/cluster makes it. */
const WORKER = { name: "system:serviceaccount:daypass-system:worker", groups: [] as string[] };

/**
 * Takes what is stored and the tokens; returns the requests of the worker. Of its rights only those are looked up that
 * differ by namespace (deploy/cluster/worker-target.yaml); the others it has.
 */
export function createRequests(store: ObjectStore, tokens: Tokens): Requests {
  return {
    create(ref, body) {
      if (ref.plural === "rolebindings") expectRight(store, "create", ref);
      if (ref.plural === "rolebindings") expectBindable(store, ref, body);
      return store.create(ref, body);
    },
    read: (ref) => store.get(ref),
    remove(ref, options) {
      if (ref.plural === "rolebindings") expectRight(store, "delete", ref);
      return store.remove(ref, options);
    },
    list: (plural, version) =>
      byKey(version === undefined ? store.list(plural) : store.history.snapshot(plural, version)),
    mint: (ref, wanted) => tokens.mint(ref, wanted),
    review: (user, question) => isAllowed(store, user, question),
    reviewSelf(token, question) {
      const user = tokens.authenticate(token);
      if (user === null) throw unauthorized();
      return isAllowed(store, user, question);
    },
  };
}

const RBAC = "rbac.authorization.k8s.io";

function expectRight(store: ObjectStore, verb: string, ref: Ref): void {
  const question = { namespace: ref.namespace ?? "", verb, group: RBAC, resource: "rolebindings" };
  if (!isAllowed(store, WORKER, question)) throw forbidden(WORKER.name, verb, ref);
}

/** What the worker may not bind it would have to be allowed itself, which it is not; an unknown role is not found. */
function expectBindable(store: ObjectStore, ref: Ref, body: Wanted): void {
  const { kind, name } = body.roleRef as { kind: string; name: string };
  const question = { namespace: ref.namespace ?? "", verb: "bind", group: RBAC, resource: "clusterroles", name };
  if (kind === "ClusterRole" && isAllowed(store, WORKER, question)) return;
  if (store.find({ plural: "clusterroles", name }) === undefined) throw notFound({ plural: "clusterroles", name });
  throw forbidden(WORKER.name, "bind", ref);
}
