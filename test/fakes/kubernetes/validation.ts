import { isDeepStrictEqual } from "node:util";
import { invalid } from "./refusals.ts";
import type { Ref, Stored } from "./stored-object.ts";

/** Takes an object about to be written and what is there now; throws the 422 with which the API server refuses it. */
export function validate(ref: Ref, next: Stored, found: Stored | undefined): void {
  const words = flawOf(ref, next, found);
  if (words !== null) throw invalid(ref, words);
}

function flawOf({ plural, name }: Ref, next: Stored, found: Stored | undefined): string | null {
  switch (plural) {
    case "accessgrants":
      return flawOfGrant(name, next.spec as Spec | undefined, found?.spec as Spec | undefined);
    case "rolebindings":
      if (found === undefined || isDeepStrictEqual(found.roleRef, next.roleRef)) return null;
      return "roleRef: Invalid value: cannot change roleRef";
    case "jobs":
    case "serviceaccounts":
    case "secrets":
    case "clusterroles":
    case "namespaces":
      return null;
  }
}

interface Spec {
  readonly requester?: string;
  readonly decidedBy?: { readonly kind?: string; readonly people?: readonly string[] };
  readonly namespaces?: readonly string[];
  readonly role?: string;
  readonly roleHash?: string;
  readonly expiresAt?: string;
  readonly subject?: string;
  readonly [field: string]: unknown;
}

const REQUIRED = [
  ...["request", "requester", "decidedBy", "cluster", "namespaces"],
  ...["profile", "role", "roleHash", "expiresAt", "subject"],
];

/** The rules of deploy/cluster/access-grant.yaml. */
function flawOfGrant(name: string, spec: Spec | undefined, before: Spec | undefined): string | null {
  if (spec === undefined) return "spec: Required value";
  if (before !== undefined && before !== spec && !isDeepStrictEqual(before, spec)) {
    return "spec: Invalid value: a grant never changes; end this one and make another";
  }
  return flawOfFields(spec) ?? flawOfSubject(name, spec);
}

function flawOfSubject(name: string, { subject }: Spec): string | null {
  if (subject === `system:serviceaccount:daypass-grants:${name}`) return null;
  return "<nil>: Invalid value: the subject is the ServiceAccount in daypass-grants that has this grant's name";
}

function flawOfFields(spec: Spec): string | null {
  const missing = REQUIRED.find((field) => spec[field] === undefined);
  if (missing !== undefined) return `spec.${missing}: Required value`;
  const { namespaces = [], role = "", roleHash = "" } = spec;
  if (spec.decidedBy?.kind === "approval") {
    const { people = [] } = spec.decidedBy;
    if (people.length === 0) return "spec: Invalid value: an approval names at least one person";
    if (people.includes(String(spec.requester))) return "spec: Invalid value: nobody approves their own request";
  }
  if (namespaces.length === 0 || namespaces.length > 64) return "spec.namespaces: Invalid value";
  if (new Set(namespaces).size < namespaces.length) return "spec.namespaces: Duplicate value";
  if (!/^daypass-profile-[a-z0-9-]+$/.test(role)) return "spec.role: Invalid value";
  if (!/^sha256:[0-9a-f]{64}$/.test(roleHash)) return "spec.roleHash: Invalid value";
  return null;
}
