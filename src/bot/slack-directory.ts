import type { WebClient } from "@slack/web-api";
import type { Ender, Millis, PersonId, PersonRecord } from "../workflows/person.ts";
import type { Clock } from "../workflows/ports.ts";
import { inTime } from "./deadline.ts";
import {
  findPerson,
  formerPerson,
  groupsToAsk,
  isFromElsewhere,
  isOfFormerAccount,
  isSame,
  type KnownPeople,
  linkedPerson,
  personAtWork,
  type SlackUser,
  storedRecord,
  type Whom,
  withOpenBusiness,
} from "./known-people.ts";
import { createReadings } from "./readings.ts";
import { type Account, type Home, keysOf, readAccount, recordFor } from "./slack-account.ts";
import { sayError, slackTrouble } from "./slack-client.ts";
import { createSlackGroups, type InGroups } from "./slack-groups.ts";
import type { BotLog } from "./slack-log.ts";

/** Slack's users.info is tier 4, 100 and more a minute; what is longer than this is taken up at the next round. */
const LONGEST_WAIT_MS = 20_000;
/** Promise P7: ending waits for Slack no longer than this, and leaves time to end within the 3 s that a click has. */
const ENDING_WAITS_MS = 1_000;

/** What comes of asking Slack and the policy who somebody is. */
type Identified<Known = PersonRecord> =
  | { readonly known: true; readonly record: Known }
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
   * Who somebody is, for ending access, taking a request back, and nothing else: where Slack does not say at once, what was
   * last stored of them holds, however old it is. Never longer than a second in Slack. An account whose id is another one's
   * by now is known by what it asked for.
   */
  identifyForEnding(who: SlackUser): Promise<Identified<Ender>>;
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

/** Takes its parts; returns the directory. */
export function createSlackDirectory(parts: DirectoryParts): SlackDirectory {
  const { people, policy, clock, log } = parts;
  const accounts = createReadings((user, now) => readAccount(parts.slack, user, now), clock);
  const groups = createSlackGroups(parts);

  const readAccountNow = async (user: string, fresh: boolean): Promise<Account> =>
    (await accounts.get(user, fresh)).value;
  const readGroups = async (whom: Whom & Freshness) =>
    groups.of(whom.user, { groups: await groupsToAsk(parts, whom), fresh: whom.fresh });
  const read = async (whom: Whom & Freshness): Promise<Told> => {
    const [account, inGroups] = await Promise.all([readAccountNow(whom.user, whom.fresh), readGroups(whom)]);
    return { account, groups: inGroups };
  };

  const save = async (person: PersonId, told: Told): Promise<PersonRecord> => {
    const record = toRecord(person, told);
    await people.save(record);
    return record;
  };

  const toRecord = (person: PersonId, { account, groups: inGroups }: Told): PersonRecord => {
    const home = parts.home();
    const record = recordFor(person, { account, groups: inGroups, home });
    const source = policy.current();
    const elsewhere = source !== null && isFromElsewhere(source.policy, person, account, home);
    return elsewhere ? { ...record, active: false } : record;
  };

  const recognise = async (account: Account, who: SlackUser, find: () => Promise<PersonId | null>): Promise<Found> => {
    const person = isSame(account, who) ? await find() : null;
    return person === null
      ? { known: false, why: "stranger", slackKey: keysOf(account)[0] ?? account.id }
      : { known: true, person };
  };

  const slackUser = async (person: PersonId): Promise<string | null> => {
    const key = policy.current()?.policy.people[person]?.slack ?? (await people.record(person))?.slackKey;
    return key?.split("/")[1] ?? null;
  };

  const recordOf = async (person: PersonId, fresh: boolean): Promise<PersonRecord | null> => {
    const user = await slackUser(person);
    return user === null ? null : save(person, await read({ user, person, fresh }));
  };

  /** Which groups Slack last said they are in is good enough for an ending, and is not stored as if it were new. */
  const recordToEnd = async (person: PersonId, account: Account, inGroups: InGroups | null): Promise<PersonRecord> => {
    if (inGroups !== null) return save(person, { account, groups: inGroups });
    const stored = await people.record(person);
    const { slackGroups: ids = [], unreadGroups: unread = [], askedGroups: asked = [] } = stored ?? {};
    return toRecord(person, { account, groups: { ids, unread, asked, readAt: null } });
  };

  /** Their id's record is of another account, and stays so. */
  const recogniseFormer = async (account: Account, who: SlackUser): Promise<Identified<Ender>> => {
    const found = await recognise(account, who, () => formerPerson(parts, account));
    if (!found.known) return found;
    const told = { account, groups: { ids: [], unread: [], asked: [], readAt: null } };
    return { known: true, record: { ...toRecord(found.person, told), isFormer: true } };
  };

  return {
    slackUser,
    identify: async (who, { fresh } = RECENT) => {
      let told: Told;
      try {
        told = await read({ user: who.user, fresh });
      } catch (cause) {
        log.warn("slack did not say who somebody is", { cause: sayError(cause) });
        return { known: false, why: "slackSilent" };
      }
      const found = await recognise(told.account, who, () => findPerson(parts, told.account, parts.home()));
      return found.known ? { known: true, record: await save(found.person, told) } : found;
    },
    identifyForEnding: async (who) => {
      const [account, inGroups] = await Promise.all([
        inTime(readAccountNow(who.user, false), ENDING_WAITS_MS).catch(sayError),
        inTime(readGroups({ user: who.user, fresh: false }), ENDING_WAITS_MS).catch(sayError),
      ]);
      if (typeof account === "object") {
        const find = async () =>
          linkedPerson(parts, account, parts.home()) ?? (await personAtWork(parts, keysOf(account)));
        const found = await recognise(account, who, find);
        if (!found.known) return recogniseFormer(account, who);
        const record = await recordToEnd(found.person, account, typeof inGroups === "object" ? inGroups : null);
        return { known: true, record };
      }
      // Slack takes commands of our own workspace's people alone.
      const record = await storedRecord(parts, who.user, who.team ?? parts.home().team);
      const fields = { person: record?.person ?? null, readAt: record?.readAt ?? null, cause: account };
      log.warn("slack did not say who somebody is; to end access, what it last said holds", fields);
      if (record === null) return { known: false, why: "slackSilent" };
      return { known: true, record: isOfFormerAccount(parts, record) ? { ...record, isFormer: true } : record };
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
      accounts.tidy();
      for (const person of await withOpenBusiness(parts.store)) {
        const waitMs = await refreshOne(() => recordOf(person, false), person, log);
        if (waitMs > LONGEST_WAIT_MS) return;
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    },
  };
}

/** What Slack says of one account. */
interface Told {
  readonly account: Account;
  readonly groups: InGroups;
}

type Found = { readonly known: true; readonly person: PersonId } | Extract<Identified, { readonly why: "stranger" }>;

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
