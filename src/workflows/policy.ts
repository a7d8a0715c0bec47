import type { z } from "zod";
import type { Millis, PersonId } from "./person.ts";
import { policyFaults } from "./policy-faults.ts";
import { PolicyShape } from "./policy-schema.ts";

/** The policy file: deny by default, so what no rule allows cannot be asked for. */
export const Policy = PolicyShape.superRefine((policy, context) => {
  for (const { path, message } of policyFaults(policy)) context.addIssue({ code: "custom", message, path: [...path] });
});
export type Policy = z.infer<typeof Policy>;

/** Takes a policy and a Slack key (`T…/U…`); returns the linked person's id, or null for a stranger. */
export function personBySlack(policy: Policy, slackKey: string): PersonId | null {
  const found = Object.entries(policy.people).find(([, person]) => person.slack === slackKey);
  return found === undefined ? null : found[0];
}

/** Takes a person's id; returns the company they are of, or undefined for an employee and for a stranger. */
export function companyOf(policy: Policy, id: PersonId): Policy["companies"][string] | undefined {
  const company = own(policy.people, id)?.company;
  return company === undefined ? undefined : own(policy.companies, company);
}

/** Takes a person's id; returns the others of their company, in order of the alphabet: none for an employee. */
export function colleaguesOf(policy: Policy, id: PersonId): readonly PersonId[] {
  const company = own(policy.people, id)?.company;
  if (company === undefined) return [];
  return Object.entries(policy.people)
    .flatMap(([other, person]) => (other !== id && person.company === company ? [other] : []))
    .sort();
}

/** Takes a person's id; returns the moment their contract ends (own or company's, the earlier), or null for none. */
export function contractEnd(policy: Policy, id: PersonId): Millis | null {
  const ends = [own(policy.people, id)?.contractEnd, companyOf(policy, id)?.contractEnd];
  const known = ends.filter((end) => end !== undefined);
  return known.length > 0 ? Math.min(...known) : null;
}

/** A person may be called `constructor`, which every object answers to by itself: only entries of the file count. */
export function own<Entry>(entries: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** Takes the policy (null while it cannot be read); returns the channel of those on call, null where it is not known. */
export function onCallChannel(policy: Policy | null): string | null {
  return policy === null ? null : (own(policy.groups, policy.onCall)?.channel ?? null);
}
