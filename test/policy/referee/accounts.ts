/** "A yes is of the Slack account that gave it": whose account is whose. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";

/** "The user id alone tells it, whatever stands before the slash". */
export function areOneAccount(one: string, other: string): boolean {
  return userOf(one) === userOf(other);
}

/** Whether the policy links somebody to the account that their record is of. */
export function isTheirAccount(policy: PolicyShape, by: PersonRecord): boolean {
  return Object.entries(policy.people).some(([id, { slack }]) => id === by.person && areOneAccount(slack, by.slackKey));
}

/** "Where the policy links its person to another one by now, it is refused": takes the asker as they are now. */
export function againstAccount(policy: PolicyShape, asker: PersonRecord, account: string): readonly RefusalCode[] {
  return isTheirAccount(policy, asker) && areOneAccount(asker.slackKey, account) ? [] : ["otherAccount"];
}

/** Takes a record; returns it as it is once Slack was asked about the account that the policy links that person to. */
export function readAnew(policy: PolicyShape, by: PersonRecord): PersonRecord {
  const [, { slack } = { slack: by.slackKey }] = Object.entries(policy.people).find(([id]) => id === by.person) ?? [];
  const [home] = by.slackKey.split("/");
  return { ...by, slackKey: `${home}/${userOf(slack)}` };
}

function userOf(key: string): string {
  return key.split("/").at(-1) ?? "";
}
