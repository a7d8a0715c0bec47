import type { PersonId, PersonRecord } from "../workflows/person.ts";
import { personBySlack } from "../workflows/policy.ts";
import type { People, PolicySource, Store } from "../workflows/ports.ts";

/** Who clicked, as a payload names them. `team` is `user.team_id`; null in commands, which only say where it was typed. */
export interface SlackUser {
  readonly user: string;
  readonly team: string | null;
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

/** Takes Slack keys (`T…/U…`); returns whom the policy links to one of them, or null. */
export function linkedPerson({ policy }: KnownPeople, keys: readonly string[]): PersonId | null {
  const source = policy.current();
  if (source === null) return null;
  for (const key of keys) {
    const person = personBySlack(source.policy, key);
    if (person !== null) return person;
  }
  return null;
}

/**
 * Takes Slack keys; returns who with open business was last seen under one of them, or null. So people are known for
 * what they hold while the policy cannot be read or no longer names them.
 */
export async function personAtWork({ people, store }: KnownPeople, keys: readonly string[]): Promise<PersonId | null> {
  for (const person of await withOpenBusiness(store)) {
    const record = await people.record(person);
    if (record !== null && keys.includes(record.slackKey)) return person;
  }
  return null;
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
