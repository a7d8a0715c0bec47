/** I3 and I4: what lies in a cluster, and by whose leave. */

import type { Plural, Stored } from "../../fakes/kubernetes/stored-object.ts";
import { Violation } from "../core/run-state.ts";
import { expectAsAsked, type Saying, wishOf } from "./as-asked.ts";
import type { Approved, Book } from "./book.ts";
import type { Foreign } from "./by-hand.ts";
import { controllersOf, type Excuses } from "./excuses.ts";
import type { Eye } from "./eye.ts";
import type { Memory } from "./heard.ts";
import { createLeftoverCheck } from "./leftovers.ts";
import type { People } from "./people.ts";

/** Objects may lie around so long after the end, or after whatever was wrong is over (performance.md §5.2). */
const ORPHAN_MS = 60_000;

export interface ObjectsParts {
  readonly book: Book;
  readonly excuses: Excuses;
  readonly memory: Memory;
  readonly people: Pick<People, "role">;
  /** The uids of all that somebody ever made by hand. */
  readonly made: ReadonlySet<string>;
  readonly now: () => number;
  readonly foreign: readonly Foreign[];
  /** The grants whose objects somebody changed by hand. */
  readonly touched: ReadonlyMap<string, number>;
  /** When a role was changed by hand, by `cluster role`. */
  readonly rolesChangedAt: ReadonlyMap<string, number>;
  /** Whether no two workers can be at work on one grant. */
  readonly isLoneWork: () => boolean;
  /** By how much the time that Daypass goes by may be wrong. */
  readonly clockDoubtMs: () => number;
}

/** Takes the parts; returns what looks at one cluster's objects, and throws the first violation. */
export function createObjectsCheck(given: ObjectsParts): (eye: Eye) => void {
  const { book, excuses, now, foreign, made, touched, isLoneWork } = given;
  const expectNoLeftover = createLeftoverCheck(given);
  const intents = new Map<string, Set<string>>();
  /** Nobody can change an object, so an AccessGrant is read once. */
  const judged = new WeakSet<Stored>();

  function expectLent(grant: string, cluster: string, parts: Parts): void {
    const approved = book.approved.get(grant);
    if (approved === undefined) {
      const what = `${words(parts)} in ${cluster} bears the name of grant ${grant}`;
      throw new Violation("I3", `${what}, which nobody approved`);
    }
    if (!touched.has(grant)) {
      expectIntent(grant, cluster, parts, intents);
      if (isLoneWork()) expectLastIntent(grant, cluster, parts, intents);
    }
    expectOneOfEach(grant, parts, approved.times);
    expectNoFurther(given, approved, cluster, parts);
    const written = parts.find(({ plural }) => plural === "accessgrants")?.object;
    if (written !== undefined && !judged.has(written)) {
      expectAsAsked(given, approved, "the AccessGrant", said(written));
      judged.add(written);
    }
    expectNoLeftover(grant, cluster, parts);
    const mayLieUntil = Math.max(approved.end, excuses.until([cluster, "workers", controllersOf(cluster)])) + ORPHAN_MS;
    if (now() > mayLieUntil) throw leftOver(grant, cluster, parts);
  }
  return (eye) => {
    expectForeign(eye, foreign);
    for (const [grant, all] of eye.objects()) {
      // Also what was in a namespace that somebody deletes: it lies there until a controller comes by.
      const parts = made.size === 0 ? all : all.filter(({ object }) => !made.has(object.metadata.uid));
      if (parts.length > 0) expectLent(grant, eye.cluster.id, parts);
    }
  };
}

function leftOver(grant: string, cluster: string, parts: Parts): Violation {
  return new Violation("I3", `${words(parts)} of grant ${grant} still lies in ${cluster} a minute after all is well`);
}

/** F14: what is not Daypass' own is left alone, whatever it is called. */
function expectForeign({ cluster: { id, store } }: Eye, foreign: readonly Foreign[]): void {
  for (const { cluster, ref, uid } of foreign) {
    if (cluster === id && store.find(ref)?.metadata.uid !== uid) {
      throw new Violation(
        "F14",
        `the ${ref.plural} ${ref.namespace}/${ref.name} that somebody made by hand was taken away`,
      );
    }
  }
}

/** The AccessGrant is written first, so that the cluster itself knows of all that it lends: no binding comes before it. */
function expectIntent(grant: string, cluster: string, parts: Parts, intents: Map<string, Set<string>>): void {
  const name = `${cluster} ${grant}`;
  const bound = parts.filter(({ plural }) => plural === "rolebindings").map(({ object }) => object.metadata.uid);
  const beside = intents.get(name);
  if (parts.some(({ plural }) => plural === "accessgrants")) {
    intents.set(name, new Set([...(beside ?? []), ...bound]));
    return;
  }
  if (bound.length > 0 && beside === undefined) {
    throw new Violation("I3", `grant ${grant} is bound in ${cluster}, which has no AccessGrant that says so`);
  }
}

/**
 * It goes last, too: no binding that was there beside it is there when it goes. Where one worker ends what another is
 * still making, the maker may bind between the other's deletions; who made it takes it back.
 */
function expectLastIntent(grant: string, cluster: string, parts: Parts, intents: Map<string, Set<string>>): void {
  const beside = intents.get(`${cluster} ${grant}`);
  if (beside === undefined || parts.some(({ plural }) => plural === "accessgrants")) return;
  const bound = parts.filter(({ plural }) => plural === "rolebindings").map(({ object }) => object.metadata.uid);
  if (bound.some((uid) => beside.has(uid)) && parts.some(({ plural }) => plural === "serviceaccounts")) {
    throw new Violation("I3", `the AccessGrant of grant ${grant} is gone from ${cluster} before what it lends`);
  }
}

/** One for each time that it was approved: what was made by a decision that a failover undid ends with its own end. */
function expectOneOfEach(grant: string, parts: Parts, approvals: number): void {
  const accounts = parts.filter(({ plural }) => plural === "serviceaccounts");
  if (accounts.length > approvals) throw new Violation("I4", `grant ${grant} has ${accounts.length} ServiceAccounts`);
  const places = parts.filter(({ plural }) => plural === "rolebindings").map(({ object }) => object.metadata.namespace);
  if (new Set(places).size * approvals < places.length)
    throw new Violation("I4", `grant ${grant} is bound twice in one namespace`);
}

/** Bound is what was approved, where it was asked for, and to the role of that profile. */
function expectNoFurther(given: ObjectsParts, approved: Approved, cluster: string, parts: Parts): void {
  const { grant, namespaces } = approved;
  const wish = wishOf(given, approved);
  if (cluster !== wish.cluster)
    throw new Violation("I7", `grant ${grant} lies in ${cluster}, and was asked for in ${wish.cluster}`);
  const owed = given.people.role(wish.profile);
  for (const { plural, object } of parts) {
    if (plural !== "rolebindings") continue;
    const { namespace = "" } = object.metadata;
    if (!namespaces.includes(namespace))
      throw new Violation(
        "P9",
        `grant ${grant} is bound in ${namespace}, and was approved for ${namespaces.join(", ")}`,
      );
    const { name } = object.roleRef as { readonly name: string };
    if (name !== owed)
      throw new Violation(
        "I7",
        `grant ${grant} is bound to ${name} in ${namespace}, and ${wish.profile} was asked for`,
      );
  }
}

/** Of an AccessGrant. */
interface Spec extends Pick<Saying, "cluster" | "namespaces" | "profile" | "role"> {
  readonly requester: string;
  readonly decidedBy: { readonly people: readonly string[] };
  readonly expiresAt: string;
}

function said(accessGrant: Stored): Saying {
  const { requester, decidedBy, expiresAt, ...place } = accessGrant.spec as Spec;
  return { ...place, grantee: requester, deciders: decidedBy.people, end: Date.parse(expiresAt) };
}

type Parts = readonly { readonly plural: Plural; readonly object: Stored }[];

function words(parts: Parts): string {
  return parts.map(({ object }) => object.kind).join(", ");
}
