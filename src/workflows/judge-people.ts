/** Who says yes, when that is enough, and who may end what was lent. */
import type { Grant } from "./grant.ts";
import { isMember, isOnCall, isOutside, isOver, sharedCompany } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { contractEnd, type Policy } from "./policy.ts";
import type { PolicyInForce } from "./ports.ts";
import { isEnough } from "./quorum.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Asked, Needs } from "./request.ts";

type Decidable = Pick<Asked, "asker" | "approvers" | "barred"> & { readonly needs: Pick<Needs, "notSameCompany"> };

/**
 * Takes the policy in force, the clicker's record, the request and the time; returns why they may not decide it, or null
 * when they may. Asked at every click and submit, never at the posting (promise P6).
 */
export function whyNotDecide(
  { policy }: PolicyInForce,
  by: PersonRecord,
  { asker, approvers, needs, barred }: Decidable,
  now: Millis,
): Refusal | null {
  if (!by.active) return refuse("inactive");
  if (by.person === asker) return refuse("ownRequest");
  if (isOutside(by)) return refuse("guestOrExternal");
  const isApprover =
    approvers.some((group) => isMember(policy, group, by)) && !isOver(contractEnd(policy, by.person), now);
  if (!isApprover) return refuse("notApprover", { detail: approvers.join(", ") });
  const company = needs.notSameCompany ? sharedCompany(policy, by.person, asker) : null;
  if (company !== null) return refuse("sameCompany", { detail: company });
  return barred?.includes(by.person) ? refuse("sameCompany") : null;
}

/**
 * Takes the policy in force, a request, what it needs now, the records of those who said yes, and the time; returns
 * whether the yeses of those who may still give them are enough.
 */
export function isQuorum(
  force: PolicyInForce,
  request: Pick<Asked, "asker" | "approvers" | "barred">,
  needs: Pick<Needs, "quorum" | "differentGroups" | "notSameCompany">,
  yeses: readonly PersonRecord[],
  now: Millis,
): boolean {
  const count = yeses.filter((by) => whyNotDecide(force, by, { ...request, needs }, now) === null);
  return isEnough(force.policy, request.approvers, needs, count);
}

/**
 * Takes the policy (null while it cannot be read), a record and a grant; returns how this person would end it, or null
 * when they may not: the grantee their own, who approved it, and on-call any.
 */
export function howMayEnd(policy: Policy | null, by: PersonRecord, grant: Grant): "released" | "revoked" | null {
  if (!by.active) return null;
  if (by.person === grant.grantee) return "released";
  if (isOutside(by)) return null;
  if (grant.decidedBy.people.includes(by.person)) return "revoked";
  return policy !== null && isOnCall(policy, by) ? "revoked" : null;
}
