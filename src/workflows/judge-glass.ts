/** Break-glass: what on-call lends itself, with a review owed. */

import { covers } from "./cover.ts";
import { coveringRules, limitOf, sayingsOf, whyDenied } from "./deciding.ts";
import { parseDuration } from "./duration.ts";
import { capOf, judgeDuration, judgeStart } from "./limits.ts";
import { isOnCall, isOutside, isOver } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { cellsOf, channelOf, groupsOf, type Sought, whyNotOpen } from "./place.ts";
import { own, type Policy } from "./policy.ts";
import type { ClusterFacts, PolicyInForce } from "./ports.ts";
import { judgeReason, judgeTicket } from "./reason.ts";
import { distinctRefusals, isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Needs, Target } from "./request.ts";
import { highest } from "./risk.ts";
import { besideWhatEnds, whySeparated } from "./separation.ts";
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
  const glass = glassFor(policy, by, around, now);
  if (isRefusal(glass)) return [glass];
  const found = findTarget(policy, glass, wish, around);
  if (isRefusal(found)) return [found];
  const { target, facts } = found;
  const seconds = parseDuration(wish.duration);
  const sought: Sought = { by, target, facts, history: around.history, seconds, begins: now, now };
  const duration = judgeDuration(wish.duration, longest(policy, glass, wish.profile));
  const start = wish.startsAt === null ? judgeStart(null, capOf(policy, by), now) : refuse("startTooLate", AT_ONCE);
  const reason = judgeReason(force, wish, around.said);
  const ticket = judgeTicket(force, wish.ticket, false);
  const faults = [
    ...placeFaults(force, { glass, sought, around }),
    ...[duration, start, reason, ticket].filter(isRefusal),
  ];
  if (faults.length > 0 || isRefusal(duration) || isRefusal(reason) || isRefusal(ticket)) return faults;
  const approvers = skipped(force, glass, sought);
  const channel = channelOf(policy, approvers);
  const needs = needsOf(policy, { glass, sought, around });
  return {
    ...{ target, durationSeconds: duration, reason, ...ticket, startsAt: null, needs },
    ...{ approvers, channel, auto: true },
  };
}

type Glass = NonNullable<Policy["breakGlass"]>;

const AT_ONCE = { field: "start", detail: "it begins at once" } as const;

/**
 * Takes the policy in force, a place that on-call lent itself, what is around it; returns what it needs (nobody), or why it
 * may not be lent.
 */
export function judgeGlassPlace(force: PolicyInForce, sought: Sought, around: Around): Needs | Refusal {
  const { policy } = force;
  const { profile } = sought.target;
  const glass = glassFor(policy, sought.by, around, sought.now);
  if (isRefusal(glass)) return glass;
  const [fault] = placeFaults(force, { glass, sought, around });
  if (fault !== undefined) return fault;
  const isTooLong = (sought.seconds ?? Infinity) > longest(policy, glass, profile);
  return isTooLong ? refuse("askerNotAllowedAnyMore") : needsOf(policy, { glass, sought, around });
}

/** What there is to break, for somebody who may. */
function glassFor(policy: Policy, by: PersonRecord, { history }: Around, now: Millis): Glass | Refusal {
  if (!by.active) return refuse("inactive");
  if (isOutside(by)) return refuse("guestOrExternal");
  if (policy.breakGlass === undefined || !isOnCall(policy, by) || isOver(capOf(policy, by), now)) {
    return refuse("noBreakGlass");
  }
  const overdue = history?.reviews.find(({ dueAt }) => dueAt <= now);
  return overdue === undefined ? policy.breakGlass : refuse("reviewOverdue", { detail: overdue.request });
}

interface Found {
  readonly target: Target;
  readonly facts: ClusterFacts;
}

function findTarget(policy: Policy, { rules }: Glass, wish: Wish, { factsOf }: Around): Found | Refusal {
  const { cluster, profile } = wish;
  const inCluster = rules.filter((rule) => rule.cluster === cluster);
  if (inCluster.length === 0) return refuse("notOffered", { field: "cluster", detail: cluster });
  const role = own(policy.profiles, profile)?.role;
  if (role === undefined || !inCluster.some(({ profiles }) => profiles.includes(profile))) {
    return refuse("notOffered", { field: "profile", detail: profile });
  }
  const silent = refuse("clusterUnknown", { field: "cluster", detail: cluster });
  const facts = factsOf(cluster);
  if (facts === null) return silent;
  const known = own(facts.roles, role);
  if (known === undefined) return silent;
  const namespaces = [...new Set(wish.namespaces)].sort();
  return { target: { cluster, namespaces, profile, role, roleHash: known.hash }, facts };
}

interface Breaking {
  readonly glass: Glass;
  readonly sought: Sought;
  readonly around: Around;
}

function placeFaults(force: PolicyInForce, { glass, sought, around }: Breaking): readonly Refusal[] {
  const { policy } = force;
  const { target, facts } = sought;
  const field = "namespaces";
  if (target.namespaces.length === 0) return [refuse("notOffered", { field, detail: "" })];
  const sayings = sayingsOf(policy, sought.by, target);
  const faults = cellsOf(policy, sought).map((cell) => {
    const detail = cell.spot.namespace;
    if (!glass.rules.some((rule) => covers(rule, cell.spot, false))) return refuse("notOffered", { field, detail });
    return whyNotOpen(facts, detail) ?? whyDenied(force, cell, sayings);
  });
  // A cluster that does not answer must not keep on-call from it: what is ending there is named, and bars nothing.
  const held = around.held.filter(({ state }) => state !== "ending");
  return distinctRefusals([...faults, whySeparated(policy, target, { ...around, held })].filter(isRefusal));
}

function longest(policy: Policy, { maxDuration }: Glass, profile: string): number {
  return limitOf(policy, { maxDuration }, profile);
}

function skipped(force: PolicyInForce, { reviewers }: Glass, sought: Sought): readonly string[] {
  const sayings = sayingsOf(force.policy, sought.by, sought.target);
  const rules = cellsOf(force.policy, sought).flatMap((cell) => coveringRules(force, cell, sayings));
  return [...new Set([...rules.flatMap(groupsOf), reviewers])].sort();
}

function needsOf(policy: Policy, { glass, sought, around }: Breaking): Needs {
  const risks = cellsOf(policy, sought).map(({ risk }) => risk);
  return {
    ...{ quorum: 0, differentGroups: false, notSameCompany: false, stepUp: false },
    maxSeconds: longest(policy, glass, sought.target.profile),
    tier: highest(risks.map(({ tier }) => tier)),
    why: [...new Set([...besideWhatEnds(policy, sought.target, around), ...risks.flatMap(({ words }) => words)])],
    rules: [GLASS],
  };
}
