/** Who somebody is in the policy's eyes: groups, companies, contracts. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import { areOneAccount, isTheirAccount } from "./accounts.ts";
import type { Against, Posted } from "./terms.ts";

/** "A person is in a group when its `people` list them, or when Slack says …". */
export function isIn(policy: PolicyShape, group: string, by: PersonRecord): boolean {
  const entry = Object.entries(policy.groups).find(([id]) => id === group)?.[1];
  if (entry === undefined) return false;
  for (const id of entry.people) if (id === by.person) return true;
  for (const id of entry.slackGroups) for (const own of by.slackGroups) if (id === own) return true;
  return false;
}

/** Whether a `who` names somebody: by id, by company, or by a group. */
export function isMeant(policy: PolicyShape, who: readonly string[], by: PersonRecord): boolean {
  const company = companyOf(policy, by.person);
  return who.some((id) => id === by.person || id === company || isIn(policy, id, by));
}

/** "Everybody whom the policy lists is" in a group that Slack will not show or was not asked about, where a denial names it. */
export function mayBeMeant(policy: PolicyShape, who: readonly string[], by: PersonRecord): boolean {
  const shown = (by.askedGroups ?? []).filter((id) => !(by.unreadGroups ?? []).includes(id));
  return (
    isListed(policy, by.person) && who.some((id) => policy.groups[id]?.slackGroups.some((g) => !shown.includes(g)))
  );
}

/** "Until the bot has asked about all that the policy names by then": whether it has, of this person. */
export function isAskedOfAll(policy: PolicyShape, { askedGroups = [] }: PersonRecord): boolean {
  return Object.values(policy.groups).every(({ slackGroups }) => slackGroups.every((id) => askedGroups.includes(id)));
}

/** Takes a person's id; returns their company's, or "" for an employee and for a stranger. */
export function companyOf(policy: PolicyShape, person: string): string {
  return entryOf(policy, person)?.company ?? "";
}

/** Whether the policy lists them. */
export function isListed(policy: PolicyShape, person: string): boolean {
  return entryOf(policy, person) !== undefined;
}

/** "A person's contract ends on their own `contractEnd` or their company's, whichever comes first"; a guest's account too. */
export function lastMoment(policy: PolicyShape, by: Pick<PersonRecord, "person" | "expiresAt">): number {
  const company = Object.entries(policy.companies).find(([id]) => id === companyOf(policy, by.person))?.[1];
  const ends = [entryOf(policy, by.person)?.contractEnd, company?.contractEnd, by.expiresAt];
  return ends.reduce<number>((first, end) => (typeof end === "number" && end < first ? end : first), Infinity);
}

/** Whether somebody is a guest or of another organisation's Slack. */
export function isForeign(by: PersonRecord): boolean {
  return by.guest || by.external;
}

/** "Whose account is of a team that is not your own", as the policy has it; Slack may say otherwise at a click. */
export function isOfAnotherTeam(policy: PolicyShape, person: string): boolean {
  // Of whom the policy lists no account, it says nothing of one.
  if (!isListed(policy, person)) return false;
  const ofTeam = (id: string) => entryOf(policy, id)?.slack.split("/")[0] ?? "";
  const ofCompanies = Object.values(policy.companies).map(({ slackTeam }) => slackTeam);
  const employees = Object.keys(policy.people).filter((id) => companyOf(policy, id) === "");
  if (employees.length === 0) {
    const company = Object.entries(policy.companies).find(([id]) => id === companyOf(policy, person))?.[1];
    return company?.slackTeam === ofTeam(person);
  }
  const certain = employees.filter((id) => !ofCompanies.includes(ofTeam(id)));
  const own = certain.length > 0 ? certain : employees;
  return !own.some((id) => ofTeam(id) === ofTeam(person));
}

/** "Who may say yes": takes who, whose request, and what decides it; returns all that speaks against them. */
export function againstDeciding(
  policy: PolicyShape,
  by: PersonRecord,
  { asker, demands, now }: { asker: string; demands: Posted; now: number },
): Against {
  const against = new Set<RefusalCode>();
  if (!isListed(policy, by.person)) against.add("notApprover").add("unknownPerson");
  if (!by.active) against.add("inactive");
  if (isForeign(by)) against.add("guestOrExternal");
  if (lastMoment(policy, by) <= now) against.add("notApprover").add("inactive");
  if (by.person === asker || areOneAccount(by.slackKey, demands.account)) against.add("ownRequest");
  if (!isTheirAccount(policy, by)) against.add("notApprover");
  if (!demands.groups.some((group) => isIn(policy, group, by))) against.add("notApprover");
  if (demands.notSameCompany && areColleagues(policy, by.person, asker)) against.add("sameCompany");
  if (demands.barred.includes(by.person)) against.add("sameCompany");
  if (demands.barredAccounts.some((one) => areOneAccount(one, by.slackKey))) against.add("sameCompany");
  return against;
}

/** "A request stays with those who could decide it when it was asked for": takes whose it is and what it needs then. */
export function postedFor(
  policy: PolicyShape,
  { person: asker, slackKey: account }: PersonRecord,
  { groups, notSameCompany }: Pick<Posted, "groups" | "notSameCompany">,
): Posted {
  const colleagues = Object.entries(policy.people).filter(([person]) => areColleagues(policy, person, asker));
  const kept = notSameCompany ? colleagues : [];
  const barredAccounts = kept.map(([, { slack }]) => slack);
  return { groups, notSameCompany, account, barred: kept.map(([person]) => person), barredAccounts };
}

/** "Two employees are not of the same company: they have none." */
export function areColleagues(policy: PolicyShape, one: string, other: string): boolean {
  const company = companyOf(policy, one);
  return company !== "" && company === companyOf(policy, other);
}

function entryOf(policy: PolicyShape, person: string): PolicyShape["people"][string] | undefined {
  return Object.entries(policy.people).find(([id]) => id === person)?.[1];
}
