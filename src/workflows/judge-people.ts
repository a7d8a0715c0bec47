/** Who says yes, when that is enough, and who may end what was lent. */
import type { Grant } from "./grant.ts";
import { isLinked, isMember, isOnCall, isOutside, isOver, sharedCompany } from "./membership.ts";
import { type Ender, isOfAccount, isTheirs, type Millis, type PersonRecord } from "./person.ts";
import { contractEnd, type Policy } from "./policy.ts";
import type { PolicyInForce } from "./ports.ts";
import { isEnough } from "./quorum.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Asked, Needs, Yes } from "./request.ts";
import { isInForm } from "./step-up.ts";

type Decidable = Pick<Asked, "asker" | "account" | "approvers" | "barred" | "barredAccounts"> & {
  readonly needs: Pick<Needs, "notSameCompany">;
};

/**
 * Takes the policy in force, the clicker's record, the request and the time; returns why they may not decide it, or null
 * when they may. Asked at every click and submit, never at the posting (promise P6).
 */
export function whyNotDecide(
  { policy }: PolicyInForce,
  by: PersonRecord,
  request: Decidable,
  now: Millis,
): Refusal | null {
  const { asker, account, approvers, needs } = request;
  if (!by.active) return refuse("inactive");
  if (by.person === asker || isTheirs(by, account)) return refuse("ownRequest");
  if (isOutside(by)) return refuse("guestOrExternal");
  const isApprover =
    isLinked(policy, by) &&
    approvers.some((group) => isMember(policy, group, by)) &&
    !isOver(contractEnd(policy, by.person), now);
  if (!isApprover) return refuse("notApprover", { detail: approvers.join(", ") });
  const company = needs.notSameCompany ? sharedCompany(policy, by.person, asker) : null;
  if (company !== null) return refuse("sameCompany", { detail: company });
  return isBarred(by, request) ? refuse("sameCompany") : null;
}

/** Whether they were of the asker's company when it was asked for: by the id of then, or by the account of then. */
function isBarred(by: PersonRecord, { barred, barredAccounts }: Decidable): boolean {
  return barred?.includes(by.person) === true || barredAccounts?.some((account) => isTheirs(by, account)) === true;
}

/** A yes as it was given, and the record of who gave it as it is now. */
export interface Given {
  readonly record: PersonRecord;
  readonly yes: Pick<Yes, "account" | "stepped">;
}

/**
 * Takes the policy in force, a yes, the request with what it needs now, and the time; returns whether it was given by
 * somebody who may still give it, with the account that is still theirs. In which form it was given is another question.
 */
export function isStillGiven(force: PolicyInForce, { record, yes }: Given, request: Decidable, now: Millis): boolean {
  return isOfAccount(record, yes.account) && whyNotDecide(force, record, request, now) === null;
}

/**
 * Takes the policy in force, a request, what it needs now, the yeses that were given, and the time; returns whether those
 * that still count are enough.
 */
export function isQuorum(
  force: PolicyInForce,
  request: Omit<Decidable, "needs">,
  needs: Pick<Needs, "quorum" | "differentGroups" | "notSameCompany" | "stepUp">,
  yeses: readonly Given[],
  now: Millis,
): boolean {
  const counting = yeses.filter(
    (given) => isInForm(given.yes, needs) && isStillGiven(force, given, { ...request, needs }, now),
  );
  const people = counting.map(({ record }) => record);
  return isEnough(force.policy, request.approvers, needs, people);
}

/**
 * Takes the policy (null while it cannot be read), who ends access and a grant; returns how they would end it, or null
 * when they may not: the grantee their own (also where their account goes by another id now, or by none), who approved it,
 * and on-call any.
 */
export function howMayEnd(policy: Policy | null, by: Ender, grant: Grant): "released" | "revoked" | null {
  if (!by.active) return null;
  if (isTheirs(by, grant.account)) return "released";
  if (by.isFormer) return null;
  if (by.person === grant.grantee) return "released";
  if (isOutside(by)) return null;
  if (grant.decidedBy.people.includes(by.person)) return "revoked";
  return policy !== null && isOnCall(policy, by) ? "revoked" : null;
}
