import { slackGroupsIn } from "../workflows/membership.ts";
import { isTheirs, type PersonId, type PersonRecord } from "../workflows/person.ts";
import { own, type Policy, personBySlack } from "../workflows/policy.ts";
import type { People, PolicySource, Store } from "../workflows/ports.ts";
import { type Account, type Home, isOurs, keysOf } from "./slack-account.ts";

/** Who clicked, as a payload names them. `team` is `user.team_id`; null in commands, which only say where it was typed. */
export interface SlackUser {
  readonly user: string;
  readonly team: string | null;
}

/**
 * Takes an account as Slack's directory has it, and who clicked; returns whether they are one: a payload that puts somebody
 * elsewhere than the directory does is not believed.
 */
export function isSame(account: Account, who: SlackUser): boolean {
  return who.team === null || account.enterprise !== null || who.team === account.team;
}

/** Where it is written down who is who. */
export interface KnownPeople {
  readonly people: People;
  readonly store: Pick<Store, "live">;
  readonly policy: PolicySource;
}

/** Takes the store; returns everybody whom a request or a grant concerns that is not over. */
export async function withOpenBusiness(store: Pick<Store, "live">): Promise<ReadonlySet<PersonId>> {
  const { requests, grants } = await store.live();
  return new Set([
    ...requests.flatMap(({ asker, yeses }) => [asker, ...yeses.map(({ by }) => by)]),
    ...grants.flatMap((grant) => [grant.grantee, ...grant.decidedBy.people]),
  ]);
}

/** Takes an account and our own home; returns whom the policy links to it, or null. */
export function linkedPerson({ policy }: KnownPeople, account: Account, home: Home): PersonId | null {
  const source = policy.current();
  if (source === null) return null;
  for (const key of keysOf(account)) {
    const person = personBySlack(source.policy, key);
    if (person !== null) return isFromElsewhere(source.policy, person, account, home) ? null : person;
  }
  return null;
}

/**
 * Takes an account and our own home; returns who it is, or null. While the policy cannot be read, people with open business
 * are still known by their records: endings need no policy.
 */
export async function findPerson(known: KnownPeople, account: Account, home: Home): Promise<PersonId | null> {
  return known.policy.current() === null ? personAtWork(known, keysOf(account)) : linkedPerson(known, account, home);
}

/**
 * Takes the policy, a person, their account and our own home; returns whether the account is of an organisation that is
 * neither ours nor their company's. Then it is not theirs to act with.
 */
export function isFromElsewhere(policy: Policy, person: PersonId, account: Account, home: Home): boolean {
  const company = own(policy.people, person)?.company;
  if (company === undefined || isOurs(account, home)) return false;
  const team = own(policy.companies, company)?.slackTeam;
  return team === undefined || (team !== account.team && team !== account.enterprise);
}

/**
 * Takes Slack keys; returns who with open business was last seen under one of them, or null. So people are known for
 * what they hold while the policy cannot be read or no longer names them.
 */
export async function personAtWork(known: KnownPeople, keys: readonly string[]): Promise<PersonId | null> {
  for (const person of await withOpenBusiness(known.store)) {
    const record = await known.people.record(person);
    if (record !== null && keys.includes(record.slackKey) && !isOfFormerAccount(known, record)) return person;
  }
  return null;
}

/** Takes a record; returns whether the policy links its person to another account by now: then it is not who they are. */
export function isOfFormerAccount({ policy }: KnownPeople, record: PersonRecord): boolean {
  const linked = own(policy.current()?.policy.people ?? {}, record.person);
  return linked !== undefined && !isTheirs(record, linked.slack);
}

/** Takes an account; returns as whom it asked for something that is not over, or null. */
export async function formerPerson({ store }: KnownPeople, { id }: Account): Promise<PersonId | null> {
  const { requests, grants } = await store.live();
  const asked = [
    ...grants.map(({ account, grantee }) => ({ account, person: grantee })),
    ...requests.map(({ account, asker }) => ({ account, person: asker })),
  ];
  return asked.find(({ account }) => isTheirs({ slackKey: id }, account))?.person ?? null;
}

/**
 * Takes who clicked and their home team; returns what was last stored of them, however old, or null. A record under an
 * organisation's key names no team; user ids are unique within one.
 */
export async function storedRecord(known: KnownPeople, user: string, team: string): Promise<PersonRecord | null> {
  const linked = Object.entries(known.policy.current()?.policy.people ?? {});
  const named = linked.filter(([, { slack }]) => slack.endsWith(`/${user}`)).map(([person]) => person);
  for (const person of named.length > 0 ? named : await withOpenBusiness(known.store)) {
    const record = await known.people.record(person);
    const [home = "", id] = record?.slackKey.split("/") ?? [];
    if (id === user && (home === team || home.startsWith("E"))) return record;
  }
  return null;
}

/** An account that Slack is asked about, and whose it is where that is known. */
export interface Whom {
  readonly user: string;
  readonly person?: PersonId;
}

/**
 * Takes whom it is about; returns the user groups that Slack is to be asked about for them: those of the policy, and while
 * it cannot be read those of their record. These are of a policy by which others may lend still, and what is known of them
 * must not be forgotten.
 */
export async function groupsToAsk(known: KnownPeople, { user, person }: Whom): Promise<readonly string[]> {
  const force = known.policy.current();
  if (force !== null) return slackGroupsIn(force.policy);
  const record = await (person === undefined ? recordAtWork(known, user) : known.people.record(person));
  return record?.askedGroups ?? [];
}

async function recordAtWork(known: KnownPeople, user: string): Promise<PersonRecord | null> {
  for (const person of await withOpenBusiness(known.store)) {
    const record = await known.people.record(person);
    if (isTheirs({ slackKey: user }, record?.slackKey)) return record;
  }
  return null;
}
