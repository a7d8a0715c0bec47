import type { UsersInfoResponse, WebClient } from "@slack/web-api";
import type { Millis, PersonId, PersonRecord } from "../workflows/person.ts";
import { slackTrouble } from "./slack-client.ts";
import type { InGroups } from "./slack-groups.ts";

/** Our own team and organisation, from auth.test. */
export interface Home {
  readonly team: string;
  readonly enterprise: string | null;
}

/** What we use of users.info. */
export interface Account {
  readonly id: string;
  readonly team: string | null;
  readonly enterprise: string | null;
  readonly active: boolean;
  readonly guest: boolean;
  readonly stranger: boolean;
  /** A guest's own expiry, where Slack tells it. */
  readonly expiresAt: Millis | null;
  readonly readAt: Millis;
}

/** Takes a client, a user id and the time; asks Slack about the account. One that Slack no longer knows is told as inactive, never as an error. */
export async function readAccount(slack: WebClient, user: string, now: Millis): Promise<Account> {
  try {
    const { user: told } = await slack.users.info({ user });
    return toAccount(user, told, now);
  } catch (cause) {
    const trouble = slackTrouble(cause);
    const gone = trouble?.kind === "refused" && ["user_not_found", "user_not_visible"].includes(trouble.error);
    if (!gone) throw cause;
    const nobody = { id: user, team: null, enterprise: null, active: false, guest: false, stranger: true };
    return { ...nobody, expiresAt: null, readAt: now };
  }
}

/** Slack: what each field of users.info means for us. */
function toAccount(id: string, told: UsersInfoResponse["user"], readAt: Millis): Account {
  // The SDK's types leave out `is_stranger`, which Slack sends for people of other organisations.
  const stranger = (told as { readonly is_stranger?: unknown } | undefined)?.is_stranger === true;
  const robot = told?.is_bot === true || told?.is_app_user === true || id === "USLACKBOT";
  return {
    id,
    team: told?.team_id ?? null,
    enterprise: told?.enterprise_user?.enterprise_id ?? null,
    active: told !== undefined && told.deleted !== true && !robot && !stranger,
    guest: told?.is_restricted === true || told?.is_ultra_restricted === true,
    stranger,
    expiresAt: expiryOf(told),
    readAt,
  };
}

/**
 * Slack sends `guest_expiration_ts`, in seconds, in some guests' profiles and documents it nowhere;
 * admin.users.getExpiration, which always says it, is for organisations' admins alone. So what is missing means nothing.
 */
function expiryOf(told: UsersInfoResponse["user"]): Millis | null {
  const profile = told?.profile as { readonly guest_expiration_ts?: unknown } | undefined;
  const seconds = profile?.guest_expiration_ts;
  return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : null;
}

/** Takes an account and our own home; returns whether it is of our own workspace or organisation. */
export function isOurs({ team, enterprise }: Account, home: Home): boolean {
  return team === home.team || (enterprise !== null && enterprise === home.enterprise);
}

/** All that a record is made of. */
export interface RecordParts {
  readonly account: Account;
  readonly groups: InGroups;
  readonly home: Home;
}

/** Takes a person and what Slack says of them; returns the record that the worker acts on, as old as its oldest part. */
export function recordFor(person: PersonId, { account, groups, home }: RecordParts): PersonRecord {
  const { active, guest, stranger, expiresAt } = account;
  const external = stranger || !isOurs(account, home);
  return {
    ...{ person, slackKey: keysOf(account)[0] ?? account.id, active, guest, external },
    ...{ slackGroups: groups.ids, unreadGroups: groups.unread, askedGroups: groups.asked, expiresAt },
    ...{ readAt: Math.min(account.readAt, groups.readAt ?? account.readAt) },
  };
}

/** Takes an account; returns the keys by which a policy may link it, the organisation's first: it outlives a move between workspaces. */
export function keysOf({ id, team, enterprise }: Account): readonly string[] {
  return [enterprise, team].filter((home) => home !== null).map((home) => `${home}/${id}`);
}
