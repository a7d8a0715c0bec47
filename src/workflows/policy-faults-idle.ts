/**
 * What a policy allows but nobody could use: a quorum that nobody reaches, a rule for nobody, an emergency that nobody
 * reviews. Said to whoever writes it and no reason to leave it out of force: it allows less and not more, and an older
 * version may still trust somebody who has left.
 */
import { sayDuration } from "./duration.ts";
import { externalPeople } from "./home-team.ts";
import { SHORTEST_SECONDS } from "./limits.ts";
import { isOver } from "./membership.ts";
import type { Millis, PersonId } from "./person.ts";
import { groupsOf } from "./place.ts";
import { contractEnd, own, type Policy } from "./policy.ts";
import type { PolicyFault } from "./policy-fault.ts";
import { type Rule, TIERS } from "./policy-schema.ts";
import { canBeDecided } from "./quorum.ts";

/** Takes a policy without faults and the time; returns what in it is of no use, each with what to write. */
export function idleFaults(policy: Policy, now: Millis): readonly PolicyFault[] {
  const known = new Map<string, PolicyFault | null>();
  const deciding = withoutExternal(policy);
  return [
    ...sponsorFaults(policy),
    ...subjectFaults(policy),
    ...shortFaults(policy),
    ...policy.rules.flatMap((rule, i) => {
      const fault = idleRule({ policy, deciding, now }, rule, known);
      return fault === null ? [] : [{ ...fault, path: ["rules", i, ...fault.path] }];
    }),
    ...glassFaults({ policy, deciding, now }),
  ];
}

function sponsorFaults({ companies, people }: Policy): readonly PolicyFault[] {
  return Object.entries(companies).flatMap(([id, { sponsor }]) =>
    own(people, sponsor)?.company === id
      ? [{ path: ["companies", id, "sponsor"], message: `${sponsor} is of ${id}: name one of your own people` }]
      : [],
  );
}

/** Subjects are told apart by their letters' case (OpenID Connect Core 1.0 §2, `sub`), which people rarely mean. */
function subjectFaults({ people }: Policy): readonly PolicyFault[] {
  const holders = new Map<string, string>();
  return Object.entries(people).flatMap(([id, { idp }]) => {
    if (idp === undefined) return [];
    const other = holders.get(idp.toLowerCase());
    holders.set(idp.toLowerCase(), other ?? id);
    const message = `differs from ${other}'s by capital letters alone: write it as the identity provider does`;
    return other === undefined ? [] : [{ path: ["people", id, "idp"], message }];
  });
}

/** What is asked for is at least so long. */
function shortFaults({ profiles, rules, breakGlass, risk }: Policy): readonly PolicyFault[] {
  const limits: readonly (readonly [PolicyFault["path"], number | undefined])[] = [
    ...Object.entries(profiles).map(([id, { maxDuration }]) => [["profiles", id, "maxDuration"], maxDuration] as const),
    ...rules.map(({ maxDuration }, i) => [["rules", i, "maxDuration"], maxDuration] as const),
    ...TIERS.map((tier) => [["risk", "tiers", tier, "maxDuration"], risk.tiers[tier]?.maxDuration] as const),
    [["breakGlass", "maxDuration"], breakGlass?.maxDuration],
  ];
  const message = `nobody could use it: a pass is at least ${sayDuration(SHORTEST_SECONDS)} long`;
  return limits.flatMap(([path, most = SHORTEST_SECONDS]) => (most < SHORTEST_SECONDS ? [{ path, message }] : []));
}

interface Looking {
  readonly policy: Policy;
  /** The policy with those alone in its groups who may decide. */
  readonly deciding: Policy;
  readonly now: Millis;
}

/** Whoever comes from another organisation's Slack decides nothing, and is not on call. They may ask, so `who` keeps them. */
function withoutExternal(policy: Policy): Policy {
  const external = externalPeople(policy);
  const groups = Object.entries(policy.groups).map(
    ([id, group]) => [id, { ...group, people: group.people.filter((one) => !external.has(one)) }] as const,
  );
  return { ...policy, groups: Object.fromEntries(groups) };
}

/** Who of these groups does not count, for a fault's end; empty where everybody does. */
function sayOutside({ policy, deciding }: Looking, groups: readonly string[]): string {
  const of = ({ groups: all }: Policy) => groups.flatMap((id) => own(all, id)?.people ?? []);
  const counted = new Set(of(deciding));
  const [first, ...others] = new Set(of(policy).filter((id) => !counted.has(id)));
  if (first === undefined) return "";
  const more = others.length === 0 ? " comes" : ` and ${others.length} more come`;
  return ` (${first}${more} from another organisation's Slack)`;
}

/** Rules for the same people with the same approvers are asked for once. */
function idleRule(looking: Looking, rule: Rule, known: Map<string, PolicyFault | null>): PolicyFault | null {
  const { who, quorum, differentGroups, notSameCompany, autoApprove } = rule;
  const key = JSON.stringify([who, groupsOf(rule), quorum, differentGroups, notSameCompany, autoApprove]);
  const fault = known.has(key) ? known.get(key) : whyIdle(looking, rule);
  known.set(key, fault ?? null);
  return fault ?? null;
}

/** Returns what keeps everybody from using a rule, with a path in it, or null. */
function whyIdle(looking: Looking, rule: Rule): PolicyFault | null {
  const { policy, deciding, now } = looking;
  const named = namedBy(policy, rule.who);
  if (named.length === 0) return { path: ["who"], message: "names nobody: list people there, or remove this rule" };
  const askers = named.filter((id) => !isOver(contractEnd(policy, id), now));
  // Each of these contracts is told as over.
  if (askers.length === 0) return null;
  if (rule.autoApprove && askers.some((id) => isListed(deciding, policy.onCall, id))) return null;
  const kinds = kindsOf(deciding, rule, askers);
  const quorum = leastQuorum(policy, rule);
  const isReached = (count: number) => kinds.some((asker) => canBeDecided(policy, demand(rule, asker, count), now));
  if (isReached(quorum)) return null;
  const most = Array.from({ length: quorum }, (_, i) => i + 1).findLastIndex(isReached) + 1;
  return { path: ["approvers"], message: sayShort(rule, quorum, most) + sayOutside(looking, groupsOf(rule)) };
}

function demand(rule: Rule, asker: PersonId, quorum: number) {
  const { differentGroups, notSameCompany } = rule;
  return { asker, approvers: groupsOf(rule), quorum, differentGroups, notSameCompany };
}

function sayShort({ differentGroups, notSameCompany }: Rule, quorum: number, most: number): string {
  const which = ["others", differentGroups ? "of different groups" : "", notSameCompany ? "of another company" : ""];
  const yeses = `${quorum === 1 ? "a yes" : `${quorum} yeses`} of ${which.filter((words) => words !== "").join(" ")}`;
  const given = most === 0 ? "nobody could give one" : `${most} at most could be given`;
  const fewer = quorum === 1 ? "" : ", or ask for fewer";
  return `needs ${yeses} and ${given}, so it is never lent: put more people into these groups${fewer}`;
}

/** A tier may ask for more, and one of them always holds. */
function leastQuorum({ risk }: Policy, { quorum }: Rule): number {
  return Math.min(...TIERS.map((tier) => Math.max(quorum, risk.tiers[tier]?.quorum ?? 1)));
}

/** People listed by id, by company or in a group; everybody where Slack says who is in one. */
function namedBy({ people, groups }: Policy, who: readonly string[]): readonly PersonId[] {
  const names = new Set(who);
  if (who.some((name) => (own(groups, name)?.slackGroups.length ?? 0) > 0)) return Object.keys(people);
  const listed = new Set(who.flatMap((name) => own(groups, name)?.people ?? []));
  return Object.entries(people).flatMap(([id, { company }]) =>
    names.has(id) || listed.has(id) || (company !== undefined && names.has(company)) ? [id] : [],
  );
}

/** One of those of whom it is all the same who asks: of one company where that counts, and in the same deciding groups. */
function kindsOf(policy: Policy, rule: Rule, askers: readonly PersonId[]): readonly PersonId[] {
  const lists = groupsOf(rule).map((id) => new Set(own(policy.groups, id)?.people));
  const kind = (id: PersonId) => {
    const company = rule.notSameCompany ? (own(policy.people, id)?.company ?? "") : "";
    return [company, ...lists.map((list) => list.has(id))].join();
  };
  return [...new Map(askers.map((id) => [kind(id), id])).values()];
}

/** A review that nobody may give is owed for ever, and its person breaks no glass from then on. */
function glassFaults(looking: Looking): readonly PolicyFault[] {
  const { deciding, now } = looking;
  const { breakGlass, onCall } = deciding;
  if (breakGlass === undefined) return [];
  const lenders = activeIn(deciding, onCall, now);
  const say = (path: PolicyFault["path"], group: string, message: string) => ({
    path,
    message: message + sayOutside(looking, [group]),
  });
  if (lenders.length === 0 && !hasSlackGroups(deciding, onCall)) {
    return [say(["breakGlass"], onCall, `nobody could use it: put people into ${onCall}`)];
  }
  const { reviewers } = breakGlass;
  if (hasSlackGroups(deciding, reviewers)) return [];
  const path = ["breakGlass", "reviewers"];
  const able = activeIn(deciding, reviewers, now);
  if (able.length === 0) return [say(path, reviewers, `nobody of ${reviewers} could review: put people into it`)];
  const alone = lenders.filter((lender) => able.every((reviewer) => reviewer === lender));
  return alone.map((id) =>
    say(path, reviewers, `nobody could review what ${id} lent in an emergency: put somebody else into ${reviewers}`),
  );
}

function activeIn(policy: Policy, group: string, now: Millis): readonly PersonId[] {
  return (own(policy.groups, group)?.people ?? []).filter((id) => !isOver(contractEnd(policy, id), now));
}

function hasSlackGroups({ groups }: Policy, group: string): boolean {
  return (own(groups, group)?.slackGroups.length ?? 0) > 0;
}

function isListed({ groups }: Policy, group: string, id: PersonId): boolean {
  return own(groups, group)?.people.includes(id) ?? false;
}
