/** What is assumed of people: accounts as they should be, but of another organisation where the policy says whose they are. */
import { externalPeople } from "../workflows/home-team.ts";
import { whyNotDecide } from "../workflows/judge-people.ts";
import { slackGroupsIn } from "../workflows/membership.ts";
import type { Millis, PersonId, PersonRecord } from "../workflows/person.ts";
import { own, type Policy } from "../workflows/policy.ts";
import type { PolicyInForce } from "../workflows/ports.ts";
import type { Allowed } from "../workflows/wish.ts";

/** What is assumed of one account. */
interface AssumedAccount {
  readonly guest: boolean;
  readonly slackGroups: readonly string[];
  readonly at: Millis;
}

/** Takes a policy, a person and what is assumed of their account; returns the record that Slack would make of it. */
export function assumedRecord(
  policy: Policy,
  person: PersonId,
  { guest, slackGroups, at }: AssumedAccount,
  external: ReadonlySet<PersonId> = externalPeople(policy),
): PersonRecord {
  const slackKey = own(policy.people, person)?.slack ?? "";
  return {
    ...{ person, slackKey, active: true, guest, external: external.has(person), slackGroups },
    ...{ askedGroups: slackGroupsIn(policy), expiresAt: null, readAt: at },
  };
}

/** Who may say yes, by id; and who might, if they did not come from another organisation's Slack. */
export interface AssumedDeciders {
  readonly deciders: readonly PersonId[];
  readonly outside: readonly PersonId[];
}

/** Takes the policy in force, who asks and when, and what was allowed; returns who may say yes to it. */
export function assumedDeciders(
  force: PolicyInForce,
  { who: asker, at }: { readonly who: PersonId; readonly at: Millis },
  { approvers, needs, auto }: Allowed,
): AssumedDeciders {
  if (auto) return { deciders: [], outside: [] };
  const external = externalPeople(force.policy);
  const able = Object.keys(force.policy.people).filter((id) => {
    const ours = assumedRecord(force.policy, id, { guest: false, slackGroups: [], at }, new Set());
    return whyNotDecide(force, ours, { asker, approvers, needs }, at) === null;
  });
  const { deciders = [], outside = [] } = Object.groupBy(able, (id) => (external.has(id) ? "outside" : "deciders"));
  return { deciders, outside };
}
