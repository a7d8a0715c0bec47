/** A person's id in the policy: what AccessGrants, the ledger and every record name people by. */
export type PersonId = string;

/** Epoch milliseconds. `now` is always an argument here; nothing in this folder asks a clock. */
export type Millis = number;

/**
 * What Slack says of a linked person, as the bot read it.
 * The worker has no Slack token and acts on this record alone, never on one older than `MAX_RECORD_AGE_MS`.
 */
export interface PersonRecord {
  readonly person: PersonId;
  /** Home team (or enterprise) id and user id, `T…/U…`: the only proof of identity Slack gives. */
  readonly slackKey: string;
  readonly active: boolean;
  readonly guest: boolean;
  readonly external: boolean;
  /** Ids of the Slack user groups the account is in, read at `readAt` with all the rest. */
  readonly slackGroups: readonly string[];
  /**
   * Ids of those that Slack would not show, so that nobody knows whether the account is in them: what forbids takes them to
   * be, what allows does not. Absent where the record was stored before it was kept.
   */
  readonly unreadGroups?: readonly string[];
  /**
   * Ids of the Slack user groups that Slack was asked about at `readAt`: those that the policy of the bot named then. Of
   * any other nothing is known. Absent where the record was stored before it was kept: nothing is known of any.
   */
  readonly askedGroups?: readonly string[];
  /** When a guest's account expires by itself, where Slack tells it; else null. */
  readonly expiresAt: Millis | null;
  readonly readAt: Millis;
}

/** Somebody who ends access or takes a request back, as what was read or last stored of them says. */
export interface Ender extends PersonRecord {
  /** Their id is another account's by now: all that they end is what their own account asked for. Never stored. */
  readonly isFormer?: true;
}

/**
 * Takes a Slack key; returns the user id in it. That alone tells an account: it is the same under the key of a team and
 * under that of its organisation, and a policy links no two people to one (policy-faults-accounts.ts).
 */
export function accountIn(slackKey: string): string {
  return slackKey.slice(slackKey.lastIndexOf("/") + 1);
}

/** Takes a record and the Slack key under which somebody acted; returns whether it is known to be of that account. */
export function isTheirs({ slackKey }: Pick<PersonRecord, "slackKey">, account: string | undefined): boolean {
  return account !== undefined && accountIn(slackKey) === accountIn(account);
}

/**
 * Takes the same; returns whether it may be of that account. What was written down before the account was kept names a
 * person by the id alone, and counts as it did: it is minutes old at an upgrade, or waits for its start.
 */
export function isOfAccount(by: Pick<PersonRecord, "slackKey">, account: string | undefined): boolean {
  return account === undefined || isTheirs(by, account);
}

/** The longest that somebody whom Slack has switched off may still count. */
const MAX_RECORD_AGE_MS = 5 * 60_000;

/** Takes a record and the time; returns whether it may still be acted on. */
export function isFresh(record: PersonRecord, now: Millis): boolean {
  return now - record.readAt <= MAX_RECORD_AGE_MS;
}
