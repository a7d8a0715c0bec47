import { grantIn } from "../../src/provisioner/found-grant.ts";
import { objectName } from "../../src/provisioner/objects.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import type { Millis } from "../../src/workflows/person.ts";
import type { Access, Damage, Held, News, RoleRisk } from "../../src/workflows/ports.ts";
import { WatchedMap, WatchedSet } from "./watched.ts";

/** A cluster in memory. Tests change its fields, and followers hear of it; what it holds is the grants' own doing. */
export interface FakeCluster {
  /** The namespaces that are open to Daypass. */
  readonly open: Set<string>;
  /** Role hashes by ClusterRole name. */
  readonly roles: Map<string, string>;
  /** What is dangerous about a role; low where nothing is said. */
  readonly risks: Map<string, RoleRisk>;
  /** The cluster's own labels, and those of namespaces. */
  readonly labels: Map<string, string>;
  readonly namespaceLabels: Map<string, Readonly<Record<string, string>>>;
  /** While set, every call throws and followers hear nothing; what they missed they hear when it answers again. */
  silent: boolean;
  /** While set, `make` is refused with these words. */
  refusing: string | null;
  /** The stock controllers: while false, no timer completes or fires. */
  controllers: boolean;
  /** How far its clock is ahead. */
  skewMs: number;
  /** Every grant that it holds, by object name. Deleting one is deleting its AccessGrant, and so all that it owns. */
  readonly grants: Map<string, FakeGrant>;
  /** Deletes a namespace with the bindings in it. */
  deleteNamespace(namespace: string): void;
  /** Begins to tell, a list first; returns how to stop it. */
  follow(hear: (news: News) => void): () => void;
  /** As the port's, of one cluster. */
  inspect(access: Access): Damage | null;
  /** Takes a grant; returns its objects here, made now where there are none: with the AccessGrant and nothing else. */
  grantFor(grant: Lent): FakeGrant;
}

/** A grant's objects as a cluster holds them. */
export interface FakeGrant {
  readonly held: Held;
  /** Where it is bound. */
  readonly bindings: Set<string>;
  /** Where somebody changed its binding by hand. */
  readonly edited: Set<string>;
  /** The identity, with its live tokens by delivery number; null once it is gone. */
  tokens: Map<number, string> | null;
  /** Every delivery number ever used. */
  readonly used: Set<number>;
  /** It completes at once, and is there as long as the grant is unless somebody removes it. */
  readonly timer: { readonly firesAt: Millis; armed: boolean; gone: boolean };
  removeAccount(): void;
  /** Removes the timer Job, and so the identity that it owns. */
  removeTimer(): void;
}

/** Stock controllers come a second or two after the end. */
const TIMER_LATE_MS = 2_000;

/** Takes the open namespaces, role hashes and the clock; returns a cluster that holds nothing yet. */
export function createFakeCluster(
  open: readonly string[],
  hashes: Readonly<Record<string, string>>,
  now: () => Millis,
): FakeCluster {
  /** With what each has still to hear: a watch goes on from where it was, without a list but for one that begins. */
  const followers = new Map<(news: News) => void, (() => News)[]>();
  const gone = new Set<string>();
  let silent = false;
  const changed = (grant: string) => tell(() => ({ what: "changed", grant }));
  const grants = new WatchedMap<string, FakeGrant>((name, grant) => {
    if (grant !== undefined) tell(() => ({ what: "made", held: grant.held }));
    else changed(grantIn(name) ?? name);
  });
  const roles = new WatchedMap<string, string>(() => tell(list));
  for (const [name, hash] of Object.entries(hashes)) roles.set(name, hash);

  function tell(say: () => News): void {
    for (const unheard of followers.values()) unheard.push(say);
    tellUnheard();
  }
  function tellUnheard(): void {
    if (silent) return;
    for (const [hear, unheard] of [...followers]) for (const say of unheard.splice(0)) hear(say());
  }
  function list(): News {
    const all = [...grants.values()].map(({ held }) => ({ held, damage: inspect(held) }));
    return { what: "list", all };
  }
  function inspect(access: Access): Damage | null {
    const grant = grants.get(objectName(access));
    return grant === undefined ? byHand("its AccessGrant was removed by hand") : damageOf(grant, roles, gone);
  }
  return {
    ...{ risks: new Map(), labels: new Map(), namespaceLabels: new Map() },
    ...{ open: new Set(open), roles, grants, inspect, refusing: null, controllers: true, skewMs: 0 },
    get silent() {
      return silent;
    },
    set silent(value) {
      silent = value;
      tellUnheard();
    },
    deleteNamespace(namespace) {
      gone.add(namespace);
      this.open.delete(namespace);
      for (const { bindings } of grants.values()) bindings.delete(namespace);
    },
    follow(hear) {
      followers.set(hear, [list]);
      tellUnheard();
      return () => void followers.delete(hear);
    },
    grantFor(grant) {
      const made = grants.get(objectName(grant)) ?? emptyGrant(grant, now(), () => changed(grant.id));
      grants.set(objectName(grant), made);
      return made;
    },
  };
}

/** What is made is no change, as in a cluster: only what is changed or gone is. */
function emptyGrant(grant: Lent, madeAt: Millis, changed: () => void): FakeGrant {
  const { id, end, cluster, namespaces, request, grantee, decidedBy, profile, role, roleHash } = grant;
  return {
    held: { id, end, cluster, namespaces, request, grantee, decidedBy, profile, role, roleHash, madeAt },
    bindings: new WatchedSet((_, isThere) => {
      if (!isThere) changed();
    }),
    edited: new WatchedSet(changed),
    ...{ tokens: null, used: new Set(), timer: { firesAt: end + TIMER_LATE_MS, armed: false, gone: false } },
    removeAccount() {
      this.tokens = null;
      changed();
    },
    removeTimer() {
      this.timer.gone = true;
      this.removeAccount();
    },
  };
}

function damageOf(grant: FakeGrant, roles: ReadonlyMap<string, string>, gone: ReadonlySet<string>): Damage | null {
  const { held, bindings, edited, timer, tokens } = grant;
  const found = roles.get(held.role);
  if (found === undefined) return { why: "roleChanged", words: `${held.role} is no longer in ${held.cluster}` };
  if (found !== held.roleHash) {
    return { why: "roleChanged", words: `what ${held.role} allows in ${held.cluster} is not what was approved` };
  }
  const doomed = held.namespaces.find((namespace) => gone.has(namespace));
  if (doomed !== undefined) return { why: "namespaceDeleted", words: `the namespace ${doomed} was deleted` };
  const unbound = held.namespaces.find((namespace) => !bindings.has(namespace));
  if (unbound !== undefined) return byHand(`the RoleBinding in ${unbound} was removed by hand`);
  const [other] = edited;
  if (other !== undefined) return byHand(`the RoleBinding in ${other} was changed by hand`);
  if (timer.gone) return byHand("the timer Job was removed by hand");
  return tokens === null ? byHand("the ServiceAccount was removed by hand") : null;
}

function byHand(words: string): Damage {
  return { why: "changedByHand", words };
}
