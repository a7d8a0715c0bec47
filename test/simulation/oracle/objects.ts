/** I3 and I4: what lies in a cluster, and by whose leave. */
import { Violation } from "../core/run-state.ts";
import type { Plural, Stored } from "../../fakes/kubernetes/stored-object.ts";
import type { Book } from "./book.ts";
import type { Excuses } from "./excuses.ts";
import type { Eye } from "./eye.ts";

/** Objects may lie around so long after the end, or after whatever was wrong is over (performance.md §5.2). */
const ORPHAN_MS = 60_000;

export interface ObjectsParts {
  readonly book: Book;
  readonly excuses: Excuses;
  readonly now: () => number;
}

/** Takes the parts; returns what looks at one cluster's objects, and throws the first violation. */
export function createObjectsCheck({ book, excuses, now }: ObjectsParts): (eye: Eye) => void {
  return (eye) => {
    const cluster = eye.cluster.id;
    for (const [grant, parts] of eye.objects()) {
      const approved = book.approved.get(grant);
      if (approved === undefined) {
        throw new Violation("I3", `${words(parts)} in ${cluster} bears the name of grant ${grant}, which nobody approved`);
      }
      expectIntentFirst(grant, cluster, parts);
      expectOneOfEach(grant, parts);
      const mayLieUntil = Math.max(approved.end, excuses.until([cluster, "workers"])) + ORPHAN_MS;
      if (now() > mayLieUntil) {
        throw new Violation("I3", `${words(parts)} of grant ${grant} still lies in ${cluster} a minute after all is well`);
      }
    }
  };
}

/** The AccessGrant is written first, so that whatever follows it is known to the cluster itself. */
function expectIntentFirst(grant: string, cluster: string, parts: Parts): void {
  if (parts.some(({ plural }) => plural === "accessgrants")) return;
  // Without it an identity is harmless; a binding that lends anything is not.
  const isBound = parts.some(({ plural }) => plural === "rolebindings");
  const account = parts.find(({ plural }) => plural === "serviceaccounts");
  if (isBound && account !== undefined && ownersOf(account.object).length === 0) {
    throw new Violation("I3", `grant ${grant} is bound in ${cluster} with no AccessGrant and nothing that owns it`);
  }
}

function expectOneOfEach(grant: string, parts: Parts): void {
  const accounts = parts.filter(({ plural }) => plural === "serviceaccounts");
  if (accounts.length > 1) throw new Violation("I4", `grant ${grant} has ${accounts.length} ServiceAccounts`);
  const places = parts.filter(({ plural }) => plural === "rolebindings").map(({ object }) => object.metadata.namespace);
  if (new Set(places).size < places.length) throw new Violation("I4", `grant ${grant} is bound twice in one namespace`);
}

type Parts = readonly { readonly plural: Plural; readonly object: Stored }[];

function ownersOf(object: Stored): readonly unknown[] {
  return object.metadata.ownerReferences ?? [];
}

function words(parts: Parts): string {
  return parts.map(({ object }) => object.kind).join(", ");
}
