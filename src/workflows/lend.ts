/** What a decision makes of a request: the passes that it lends, and their end. */
import type { MakingGrant } from "./grant.ts";
import { leftOf } from "./less.ts";
import { capOf, endOf } from "./limits.ts";
import type { Millis, PersonRecord } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { Write } from "./ports.ts";
import type { Asked, Decision, Less } from "./request.ts";

/**
 * Takes the policy, who asked for what, the decision and what it leaves; returns the end and the passes to be made. The
 * end is fixed here, once: never past the contract.
 */
export function lend(
  policy: Policy,
  asker: PersonRecord,
  request: Asked,
  { decision, lent }: { readonly decision: Decision; readonly lent: Less },
): { readonly end: Millis; readonly grants: readonly MakingGrant[] } {
  const begins = Math.max(lent.startsAt ?? 0, decision.at);
  const end = endOf(begins, lent.durationSeconds, capOf(policy, asker));
  const grants = leftOf(request, lent).map(
    (target, i): MakingGrant => ({
      ...target,
      ...{ id: grantId(request.id, i), version: 1, request: request.id, grantee: request.asker },
      ...{ decidedBy: { kind: request.leave, people: decision.people }, decidedAt: decision.at },
      ...{ startsAt: lent.startsAt, end, extends: request.extends, state: "making", trouble: null },
      ...(request.account === undefined ? {} : { account: request.account }),
    }),
  );
  return { end, grants };
}

/** Takes passes to be made; returns them as writes. */
export function writeGrants(grants: readonly MakingGrant[]): readonly Write[] {
  return grants.map((next) => ({ kind: "grant", expected: null, next }));
}

/**
 * Takes a request and what would be lent of it; returns what stands for that as it is shown, to be hashed. A yes is to
 * what was shown, so it changes with all that a card says of what would be lent.
 */
export function shownOf(request: Omit<Asked, "fingerprint">, lent: Less): string {
  const { id, asker, reason, ticket, leave } = request;
  const { durationSeconds, startsAt } = lent;
  return JSON.stringify([id, asker, leftOf(request, lent), durationSeconds, startsAt, reason, ticket, leave]);
}

/** Takes a grant's id; returns that of the request by which it is lent. */
export function requestOf(grant: string): string {
  return grant.slice(0, -1);
}

/** Takes a request's id and a target's place in it; returns the grant's id, the same at every try. */
function grantId(request: string, target: number): string {
  return `${request}${String.fromCharCode("a".charCodeAt(0) + target)}`;
}
