/** Break-glass: what on-call lends itself, with a review owed. */

import { covers } from "./cover.ts";
import { coveringRules, limitOf, whyDenied } from "./deciding.ts";
import { parseDuration } from "./duration.ts";
import { capOf, judgeDuration, judgeStart } from "./limits.ts";
import { isOnCall, isOutside, isOver } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { cellsOf, channelOf, groupsOf, type Sought } from "./place.ts";
import { own, type Policy } from "./policy.ts";
import type { PolicyInForce } from "./ports.ts";
import { judgeReason, judgeTicket } from "./reason.ts";
import { distinctRefusals, isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Needs } from "./request.ts";
import { highest } from "./risk.ts";
import { whySeparated } from "./separation.ts";
import type { Allowed, Around, Wish } from "./wish.ts";

/** What a decision stores in place of a rule's name, which has no capital letters. */
const GLASS = "breakGlass";

/**
 * Takes the policy in force, who lends themself what, what is around it, and the time; returns what to record, or every
 * fault with the field it belongs to. `approvers` are those whose yes is skipped, and the reviewers: all are told.
 */
export function judgeGlass(
  force: PolicyInForce,
  by: PersonRecord,
  wish: Wish,
  around: Around,
  now: Millis,
): Allowed | readonly Refusal[] {
  const { policy } = force;
  const barred = whyNoGlass(policy, by, around, now) ?? whyNotThere(policy, wish);
  const role = own(policy.profiles, wish.profile)?.role;
  if (barred !== null || role === undefined) return [barred ?? refuse("noBreakGlass")];
  const facts = around.factsOf(wish.cluster);
  const known = facts === null ? undefined : own(facts.roles, role);
  if (facts === null || known === undefined) {
    return [refuse("clusterUnknown", { field: "cluster", detail: wish.cluster })];
  }
  const { cluster, profile } = wish;
  const target = { cluster, namespaces: [...new Set(wish.namespaces)].sort(), profile, role, roleHash: known.hash };
  const seconds = parseDuration(wish.duration);
  const sought: Sought = { by, target, facts, history: around.history, seconds, begins: now, now };
  const duration = judgeDuration(wish.duration, longest(policy, profile));
  const start = wish.startsAt === null ? judgeStart(null, capOf(policy, by), now) : refuse("startTooLate", AT_ONCE);
  const reason = judgeReason(force, wish, around.said);
  const ticket = judgeTicket(force, wish.ticket, false);
  const faults = [...placeFaults(force, sought, around), ...[duration, start, reason, ticket].filter(isRefusal)];
  if (faults.length > 0 || isRefusal(duration) || isRefusal(reason) || isRefusal(ticket)) return faults;
  const approvers = skipped(force, sought);
  const channel = channelOf(policy, approvers[0]);
  const needs = needsOf(policy, sought);
  return {
    target,
    durationSeconds: duration,
    reason,
    ...ticket,
    startsAt: null,
    needs,
    approvers,
    channel,
    auto: true,
  };
}

const AT_ONCE = { field: "start", detail: "it begins at once" } as const;

/**
 * Takes the policy in force, a place that on-call lent itself, what is around it; returns what it needs (nobody), or why it
 * may not be lent.
 */
export function judgeGlassPlace(force: PolicyInForce, sought: Sought, around: Around): Needs | Refusal {
  const { policy } = force;
  const { profile } = sought.target;
  const barred = whyNoGlass(policy, sought.by, around, sought.now) ?? placeFaults(force, sought, around)[0];
  if (barred !== undefined) return barred;
  const isTooLong = (sought.seconds ?? Infinity) > longest(policy, profile);
  return isTooLong ? refuse("askerNotAllowedAnyMore") : needsOf(policy, sought);
}

function whyNoGlass(policy: Policy, by: PersonRecord, { history }: Around, now: Millis): Refusal | null {
  if (!by.active) return refuse("inactive");
  if (isOutside(by)) return refuse("guestOrExternal");
  if (policy.breakGlass === undefined || !isOnCall(policy, by) || isOver(capOf(policy, by), now)) {
    return refuse("noBreakGlass");
  }
  const overdue = history?.reviews.find(({ dueAt }) => dueAt <= now);
  return overdue === undefined ? null : refuse("reviewOverdue", { detail: overdue.request });
}

function whyNotThere(policy: Policy, { cluster, profile }: Wish): Refusal | null {
  const inCluster = glassRules(policy).filter((rule) => rule.cluster === cluster);
  if (inCluster.length === 0) return refuse("notOffered", { field: "cluster", detail: cluster });
  const isOffered = inCluster.some(({ profiles }) => profiles.includes(profile));
  return isOffered ? null : refuse("notOffered", { field: "profile", detail: profile });
}

function placeFaults(force: PolicyInForce, sought: Sought, around: Around): readonly Refusal[] {
  const { policy } = force;
  const { target, facts } = sought;
  const field = "namespaces";
  if (target.namespaces.length === 0) return [refuse("notOffered", { field, detail: "" })];
  const faults = cellsOf(policy, sought).map((cell) => {
    const detail = cell.spot.namespace;
    if (!glassRules(policy).some((rule) => covers(rule, cell.spot, false)))
      return refuse("notOffered", { field, detail });
    if (!facts.namespaces.includes(detail)) return refuse("unknownNamespace", { field, detail });
    return whyDenied(force, cell);
  });
  return distinctRefusals([...faults, whySeparated(policy, target, around)].filter(isRefusal));
}

function glassRules(policy: Policy) {
  return policy.breakGlass?.rules ?? [];
}

function longest(policy: Policy, profile: string): number {
  return limitOf(policy, { maxDuration: policy.breakGlass?.maxDuration ?? 0 }, profile);
}

function skipped(force: PolicyInForce, sought: Sought): readonly string[] {
  const { policy } = force;
  const rules = cellsOf(policy, sought).flatMap((cell) => coveringRules(force, cell));
  const reviewers = policy.breakGlass === undefined ? [] : [policy.breakGlass.reviewers];
  return [...new Set([...rules.flatMap(groupsOf), ...reviewers])].sort();
}

function needsOf(policy: Policy, sought: Sought): Needs {
  const risks = cellsOf(policy, sought).map(({ risk }) => risk);
  return {
    ...{ quorum: 0, differentGroups: false, notSameCompany: false, stepUp: false },
    maxSeconds: longest(policy, sought.target.profile),
    tier: highest(risks.map(({ tier }) => tier)),
    why: [...new Set(risks.flatMap(({ words }) => words))],
    rules: [GLASS],
  };
}
