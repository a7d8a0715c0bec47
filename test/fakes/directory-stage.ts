import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { createSlackDirectory } from "../../src/bot/slack-directory.ts";
import { createFakeClock } from "./fake-clock.ts";
import { createMemoryPeople } from "./memory-records.ts";
import { createMemoryStore, type MemoryStore } from "./memory-store.ts";
import { NOON, sampleForce } from "./samples.ts";

/** What differs from the sample world. */
export interface Staged {
  readonly policyReadable?: boolean;
  readonly policy?: Record<string, unknown>;
  /** Who is in which user group, or what Slack says instead. */
  readonly groups?: Record<string, readonly string[] | Error>;
  /** Where what is not over stands; one of its own where none is given. */
  readonly store?: MemoryStore;
}

/** Takes accounts by user id (or what Slack says instead) and what differs; returns a directory on them, at NOON. */
export function stageDirectory(
  accounts: Readonly<Record<string, object | Error | "hangs">>,
  { policyReadable = true, policy = {}, groups = {}, store = createMemoryStore() }: Staged = {},
) {
  const clock = createFakeClock(NOON);
  const people = createMemoryPeople();
  const asked: string[] = [];
  const logged: string[] = [];
  const note = (message: string, fields: object = {}) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: note, info: note, warn: note, error: note };
  const info = async ({ user }: { user: string }) => {
    asked.push(user);
    const account = accounts[user] ?? new WebAPIPlatformError({ ok: false, error: "user_not_found" });
    if (account instanceof Error) throw account;
    if (account === "hangs") return new Promise<never>(() => undefined);
    return { ok: true, user: account };
  };
  const list = async ({ usergroup }: { usergroup: string }) => {
    asked.push(usergroup);
    const users = groups[usergroup] ?? new WebAPIPlatformError({ ok: false, error: "no_such_subteam" });
    if (users instanceof Error) throw users;
    return { ok: true, users };
  };
  const directory = createSlackDirectory({
    slack: { users: { info }, usergroups: { users: { list } } } as unknown as WebClient,
    home: () => ({ team: "T0HOME", enterprise: null }),
    policy: { current: () => (policyReadable ? sampleForce(policy) : null) },
    ...{ people, store, clock, log },
  });
  return { clock, people, store, asked, logged, log, directory };
}
