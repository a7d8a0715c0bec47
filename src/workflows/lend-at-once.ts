import { type Surroundings, touchCompany, writeHistory } from "./around.ts";
import { followAtOnce } from "./consequences.ts";
import { type History, oweReview, rememberHeld } from "./history.ts";
import { lend, writeGrants } from "./lend.ts";
import { allOf } from "./less.ts";
import type { Review } from "./owed-review.ts";
import type { PersonRecord } from "./person.ts";
import type { Commit, PolicyInForce } from "./ports.ts";
import { type ApprovedRequest, type PendingEvent, type PendingRequest, transitionRequest } from "./request.ts";

/** A request that nobody needs to decide, who asked, and what was read around it. */
export interface AtOnce {
  readonly request: PendingRequest;
  readonly asker: PersonRecord;
  readonly found: Surroundings;
  /** The asker's history with this request in it. */
  readonly history: History;
}

/**
 * Takes the policy in force and a request that nobody needs to decide: the policy does, or in an emergency the asker.
 * Returns it approved, and the one commit that records asking and approval with its passes.
 */
export function lendAtOnce(
  force: PolicyInForce,
  { request, asker, found, history }: AtOnce,
): { readonly request: ApprovedRequest; readonly commit: Commit } {
  const { askedAt: at, needs } = request;
  const people = request.leave === "breakGlass" ? [request.asker] : [];
  const decision = { people, at, policyHash: force.hash, rules: needs.rules };
  const lent = allOf(request);
  const { end, grants } = lend(force.policy, asker, request, { decision, lent });
  const review = request.leave === "breakGlass" ? reviewOf(force, request) : null;
  const ids = grants.map(({ id }) => id);
  const event: PendingEvent = {
    ...{ type: "approve", yes: null, dropped: [], needs, decision, lent, end, grants: ids, review },
  };
  // A request that waits can always be approved.
  const next = transitionRequest(request, event) as ApprovedRequest;
  const holding = rememberHeld(history, ids);
  const owing = review === null ? holding : oweReview(holding, { request: request.id, dueAt: review.dueAt });
  const writes = [
    { kind: "request", expected: null, next } as const,
    ...[writeHistory(found.history, owing), ...touchCompany(found), ...writeGrants(grants)],
  ];
  return { request: next, commit: { writes, ...followAtOnce(next, event, force.policy) } };
}

function reviewOf({ policy }: PolicyInForce, { askedAt }: PendingRequest): Review {
  return { dueAt: askedAt + (policy.breakGlass?.reviewWithin ?? 0) * 1000, chasedAt: null, done: null };
}
