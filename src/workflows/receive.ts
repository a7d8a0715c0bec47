/** Whose a grant is while it lasts: who gets a credential of it, and who may ask for its successor. */
import type { Desk } from "./desk.ts";
import type { ActiveGrant, Grant } from "./grant.ts";
import { isOfAccount, type Millis, type PersonRecord } from "./person.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Returns the grant to which this person may ask for a successor now, or why not. */
export async function mayExtend(
  desk: Desk,
  input: { readonly by: PersonRecord; readonly grant: string },
): Promise<ActiveGrant | Refusal> {
  return mayReceive(desk, input);
}

/** Returns the grant whose credential this person may have now, or why not. */
export async function mayReceive(
  desk: Desk,
  input: { readonly by: PersonRecord; readonly grant: string },
): Promise<ActiveGrant | Refusal> {
  const grant = await desk.store.grant(input.grant);
  if (grant === null) return refuse("notFound");
  return toReceive(grant, input.by, desk.clock.now());
}

/** Takes a grant, a record and the time; returns the grant where this person gets a credential of it, or why they do not. */
export function toReceive(grant: Grant, by: PersonRecord, now: Millis): ActiveGrant | Refusal {
  return whyNotReceive(grant, by, now) ?? (grant as ActiveGrant);
}

/**
 * Takes a grant, a record and the time; returns why this person gets no credential of it, or null when they do. An id may
 * have been given to another account since: it is the account that asked which gets it.
 */
export function whyNotReceive(grant: Grant, by: PersonRecord, now: Millis): Refusal | null {
  if (by.person !== grant.grantee) return refuse("notYours");
  if (!isOfAccount(by, grant.account)) return refuse("otherAccount");
  if (!by.active) return refuse("inactive");
  return grant.state === "active" && now < grant.end ? null : refuse("notActive");
}
