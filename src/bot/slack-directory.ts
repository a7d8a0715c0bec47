import type { WebClient } from "@slack/web-api";
import type { Millis, PersonId, PersonRecord } from "../workflows/person.ts";
import type { Clock } from "../workflows/ports.ts";
import { inTime } from "./deadline.ts";
import {
  type KnownPeople,
  linkedPerson,
  personAtWork,
  type SlackUser,
  storedRecord,
  withOpenBusiness,
} from "./known-people.ts";
import { type Account, type Home, keysOf, readAccount, recordFor } from "./slack-account.ts";
import { sayError, slackTrouble } from "./slack-client.ts";
import type { BotLog } from "./slack-log.ts";

/** How old an answer of users.info may be at a click that lends nothing. A click that decides asks Slack itself. */
const CACHE_MS = 60_000;
/** Slack's users.info is tier 4, 100 and more a minute; what is longer than this is taken up at the next round. */
const LONGEST_WAIT_MS = 20_000;
/** Promise P7: ending waits for Slack no longer than this, and leaves time to end within the 3 s that a click has. */
const ENDING_WAITS_MS = 1_000;

/** What comes of asking Slack and the policy who somebody is. */
type Identified =
  | { readonly known: true; readonly record: PersonRecord }
  | { readonly known: false; readonly why: "stranger"; readonly slackKey: string }
  | { readonly known: false; readonly why: "slackSilent" };

/** `fresh`: ask Slack now, whatever it said a moment ago. Only a question that is already on its way is shared. */
export interface Freshness {
  readonly fresh: boolean;
}

/** Links Slack's people with the policy's, and keeps their records fresh for the worker. */
export interface SlackDirectory {
  identify(who: SlackUser, freshness?: Freshness): Promise<Identified>;
  /**
   * Who somebody is, for ending access and nothing else: where Slack does not say at once, what was last stored of them
   * holds, however old it is. Never longer than a second in Slack.
   */
  identifyForEnding(who: SlackUser): Promise<Identified>;
  /** Takes a policy id; returns the record as Slack has it now, or null when Slack does not say. */
  recordOf(person: PersonId, freshness?: Freshness): Promise<PersonRecord | null>;
  /** Reads everybody with open business anew, so that the worker never waits for a record. */
  refreshPeople(): Promise<void>;
  /** The Slack user id of a person of the policy, or null when nothing links them. */
  slackUser(person: PersonId): Promise<string | null>;
}

export interface DirectoryParts extends KnownPeople {
  /** A client of its own, with a short deadline: a 429 here must hold up no card. */
  readonly slack: WebClient;
  /** Our own team and organisation, from auth.test. */
  readonly home: () => Home;
  readonly clock: Clock;
  readonly log: BotLog;
}

const RECENT: Freshness = { fresh: false };

/** One question to Slack about one account, and its answer. */
interface Reading {
  readonly readAt: Millis;
  readonly account: Promise<Account>;
  underWay: boolean;
}

/** Takes its parts; returns the directory. */
export function createSlackDirectory(parts: DirectoryParts): SlackDirectory {
  const { people, policy, clock, log } = parts;
  const cache = new Map<string, Reading>();

  /** Fifty clicks at once are one question to Slack; a question that failed is asked anew. */
  const read = (user: string, fresh: boolean): Promise<Account> => {
    const now = clock.now();
    const cached = cache.get(user);
    if (cached !== undefined && (cached.underWay || (!fresh && now - cached.readAt <= CACHE_MS))) return cached.account;
    const account = readAccount(parts.slack, user, now);
    const reading: Reading = { readAt: now, account, underWay: true };
    cache.set(user, reading);
    account.then(
      () => {
        reading.underWay = false;
      },
      () => {
        if (cache.get(user) === reading) cache.delete(user);
      },
    );
    return account;
  };

  const save = async (person: PersonId, account: Account): Promise<PersonRecord> => {
    const record = recordFor(person, account, parts.home());
    await people.save(record);
    return record;
  };

  const recognise = async (
    account: Account,
    who: SlackUser,
    find: () => Promise<PersonId | null>,
  ): Promise<Identified> => {
    const person = isSame(account, who) ? await find() : null;
    if (person === null) return { known: false, why: "stranger", slackKey: keysOf(account)[0] ?? account.id };
    return { known: true, record: await save(person, account) };
  };

  const slackUser = async (person: PersonId): Promise<string | null> => {
    const key = policy.current()?.policy.people[person]?.slack ?? (await people.record(person))?.slackKey;
    return key?.split("/")[1] ?? null;
  };

  const recordOf = async (person: PersonId, fresh: boolean): Promise<PersonRecord | null> => {
    const user = await slackUser(person);
    return user === null ? null : save(person, await read(user, fresh));
  };

  return {
    slackUser,
    identify: async (who, { fresh } = RECENT) => {
      let account: Account;
      try {
        account = await read(who.user, fresh);
      } catch (cause) {
        log.warn("slack did not say who somebody is", { cause: sayError(cause) });
        return { known: false, why: "slackSilent" };
      }
      return recognise(account, who, () => findPerson(parts, account));
    },
    identifyForEnding: async (who) => {
      const account = await inTime(read(who.user, false), ENDING_WAITS_MS).catch(sayError);
      if (typeof account === "object") {
        const keys = keysOf(account);
        return recognise(account, who, async () => linkedPerson(parts, keys) ?? (await personAtWork(parts, keys)));
      }
      // Slack takes commands of our own workspace's people alone.
      const record = await storedRecord(parts, who.user, who.team ?? parts.home().team);
      const fields = { person: record?.person ?? null, readAt: record?.readAt ?? null, cause: account };
      log.warn("slack did not say who somebody is; to end access, what it last said holds", fields);
      return record === null ? { known: false, why: "slackSilent" } : { known: true, record };
    },
    recordOf: async (person, { fresh } = RECENT) => {
      try {
        return await recordOf(person, fresh);
      } catch (cause) {
        if (slackTrouble(cause) === null) throw cause;
        log.warn("slack did not say who somebody is", { person, cause: sayError(cause) });
        return null;
      }
    },
    refreshPeople: async () => {
      for (const [user, { readAt }] of cache) if (clock.now() - readAt > CACHE_MS) cache.delete(user);
      for (const person of await withOpenBusiness(parts.store)) {
        const waitMs = await refreshOne(() => recordOf(person, false), person, log);
        if (waitMs > LONGEST_WAIT_MS) return;
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    },
  };
}

/** Returns how long Slack wants us to wait. */
async function refreshOne(refresh: () => Promise<unknown>, person: PersonId, log: BotLog): Promise<Millis> {
  try {
    await refresh();
    return 0;
  } catch (cause) {
    const trouble = slackTrouble(cause);
    log.warn("a person's record was not refreshed", { person, cause: sayError(cause) });
    return trouble?.kind === "limited" ? trouble.retryAfterMs : 0;
  }
}

/** A payload that puts somebody elsewhere than Slack's directory does is not believed. */
function isSame(account: Account, who: SlackUser): boolean {
  return who.team === null || account.enterprise !== null || who.team === account.team;
}

/** While the policy cannot be read, people with live grants are still known by their records: endings need no policy. */
async function findPerson(known: KnownPeople, account: Account): Promise<PersonId | null> {
  const keys = keysOf(account);
  return known.policy.current() === null ? personAtWork(known, keys) : linkedPerson(known, keys);
}
