/** Whether a wish is allowed, and may still be lent. What on-call lends itself: judge-glass.ts. */
import { limitOf } from "./deciding.ts";
import { judgeGlassPlace } from "./judge-glass.ts";
import { capOf, judgeDuration, judgeStart, openLimit, passLimit, SHORTEST_SECONDS } from "./limits.ts";
import { isLinked, isNamed, isOver } from "./membership.ts";
import { isOfAccount, type Millis, type PersonRecord } from "./person.ts";
import { channelOf, judgePlace, type Place, type Sought } from "./place.ts";
import { own, type Policy } from "./policy.ts";
import type { ClusterFacts, PolicyInForce } from "./ports.ts";
import { judgeReason, judgeTicket } from "./reason.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Asked, Needs, Target } from "./request.ts";
import { whySeparated } from "./separation.ts";
import { someNames } from "./some-names.ts";
import type { Allowed, Around, Wish } from "./wish.ts";

/**
 * Takes the policy in force, who asks for what, what is around it, and the time; returns what to record, or every fault
 * with the field it belongs to.
 */
export function judgeWish(
  force: PolicyInForce,
  by: PersonRecord,
  wish: Wish,
  around: Around,
  now: Millis,
): Allowed | readonly Refusal[] {
  const { policy } = force;
  const sought = soughtBy(force, by, wish, around, now);
  if (isRefusal(sought)) return [sought];
  const { target, most } = sought;
  const start = judgeStart(wish.startsAt, capOf(policy, by), now);
  const place = judgePlace(force, sought);
  const isPlace = !("faults" in place);
  const duration = judgeDuration(wish.duration, isPlace ? place.needs.maxSeconds : most);
  const reason = judgeReason(force, wish, around.said);
  const ticket = judgeTicket(force, wish.ticket, isPlace && place.ticket);
  const faults = [
    ...(isPlace ? [] : place.faults),
    ...[duration, start, reason, ticket].filter(isRefusal),
    ...[whySeparated(policy, target, around), passLimit(policy, by, around), openLimit(policy, by, around)].filter(
      isRefusal,
    ),
  ];
  if (faults.length > 0 || !isPlace || isRefusal(duration) || isRefusal(reason) || isRefusal(ticket)) return faults;
  const { needs, approvers, auto } = place;
  const { startsAt } = wish;
  const channel = channelOf(policy, approvers);
  return { target, durationSeconds: duration, reason, ...ticket, startsAt, needs, approvers, channel, auto };
}

/** The place that a wish is for. */
interface WishedPlace extends Sought {
  readonly target: Pick<Target, "cluster" | "namespaces" | "profile" | "role" | "roleHash">;
  /** The most seconds that any rule lends it: what to say while it is not known which one decides. */
  readonly most: number;
}

/**
 * Takes what `judgeWish` takes; returns the place that is judged, or why nothing there is offered. Whoever is offered
 * nothing hears nothing of what there is.
 */
export function soughtBy(
  { policy }: PolicyInForce,
  by: PersonRecord,
  wish: Wish,
  around: Pick<Around, "factsOf" | "history">,
  now: Millis,
): WishedPlace | Refusal {
  if (!by.active) return refuse("inactive");
  const rules = policy.rules.filter((rule) => isNamed(policy, rule.who, by));
  if (rules.length === 0 || isOver(capOf(policy, by), now)) return refuse("nothingOnOffer");
  const inCluster = rules.filter((rule) => rule.cluster === wish.cluster);
  if (inCluster.length === 0) return refuse("notOffered", { field: "cluster", detail: wish.cluster });
  const ofProfile = inCluster.filter((rule) => rule.profiles.includes(wish.profile));
  const role = own(policy.profiles, wish.profile)?.role;
  if (ofProfile.length === 0 || role === undefined) {
    return refuse("notOffered", { field: "profile", detail: wish.profile });
  }
  const silent = refuse("clusterUnknown", { field: "cluster", detail: wish.cluster });
  const facts = around.factsOf(wish.cluster);
  if (facts === null) return silent;
  const known = own(facts.roles, role);
  if (known === undefined) return silent;
  const { cluster, profile } = wish;
  const namespaces = [...new Set(wish.namespaces)].sort();
  const target = { cluster, namespaces, profile, role, roleHash: known.hash };
  const most = Math.max(...ofProfile.map((rule) => limitOf(policy, rule, profile)));
  const written = judgeDuration(wish.duration, Infinity);
  const seconds = isRefusal(written) ? null : written;
  const begins = Math.max(now, wish.startsAt ?? now);
  return { by, target, most, facts, history: around.history, seconds, begins, now };
}

/** What is judged of a request once it was asked. */
export type Lendable = Pick<
  Asked,
  "asker" | "account" | "approvers" | "durationSeconds" | "ticket" | "startsAt" | "leave"
> & {
  /** When it was decided; absent while it was not. */
  readonly decision?: { readonly at: Millis };
  /** The end that the decision wrote; absent while there is none. */
  readonly end?: Millis;
};

/**
 * Takes the policy in force, the asker's record, their request (with what the yeses left of its duration and start), one
 * target of it (with what they left of its namespaces), what is around it, and the time; returns what it needs now, or
 * why it may not be lent. `clusterUnknown` and `namespaceUnread` alone say that it cannot be told yet.
 */
export function whyNotLend(
  force: PolicyInForce,
  asker: PersonRecord,
  request: Lendable,
  target: Target,
  around: Around,
  now: Millis,
): Needs | Refusal {
  const { policy } = force;
  const not = refuse("askerNotAllowedAnyMore");
  const begins = Math.max(request.startsAt ?? -Infinity, request.decision?.at ?? now);
  if (isPast(capOf(policy, asker), { begins, end: request.end ?? begins, now })) return not;
  const gone = whyGone(policy, asker, request);
  if (gone !== null) return gone;
  if (own(policy.profiles, target.profile)?.role !== target.role) return not;
  const facts = factsOf(around, target);
  if (isRefusal(facts)) return facts;
  if (isOtherRole(request, target, facts)) return refuse("roleChanged", { detail: target.profile });
  const seconds = request.durationSeconds;
  const sought = { by: asker, target, facts, history: around.history, seconds, begins, now };
  if (request.leave === "breakGlass") return judgeGlassAgain(force, sought, around, request);
  const place = judgePlace(force, sought);
  if ("faults" in place) return place.faults.find(({ rule }) => rule !== undefined) ?? not;
  if (!isAsAsked(place, request)) return not;
  const ticket = judgeTicket(force, request.ticket, place.ticket);
  if (isRefusal(ticket)) return ticket;
  // With its last yes it is one of the passes that count itself.
  const limit = request.decision === undefined ? passLimit(policy, asker, around) : null;
  return whySeparated(policy, target, around) ?? limit ?? place.needs;
}

function judgeGlassAgain(force: PolicyInForce, sought: Sought, around: Around, { ticket }: Lendable): Needs | Refusal {
  const needs = judgeGlassPlace(force, sought, around);
  return [needs, judgeTicket(force, ticket, false)].find(isRefusal) ?? needs;
}

/** Whoever asked is not there any more, or the policy has given their id to another account since. */
function whyGone(policy: Policy, by: PersonRecord, { asker, account }: Lendable): Refusal | null {
  const isListed = Object.hasOwn(policy.people, by.person);
  if (!by.active || by.person !== asker || !isListed) return refuse("askerNotAllowedAnyMore");
  return isOfAccount(by, account) && isLinked(policy, by) ? null : refuse("otherAccount");
}

/** Where one of its namespaces is unread, the rest says nothing of it: that is no reason to end what was decided. */
function factsOf(around: Around, { cluster, namespaces }: Target): ClusterFacts | Refusal {
  const facts = around.factsOf(cluster);
  if (facts === null) return refuse("clusterUnknown", { detail: cluster });
  const unread = namespaces.filter((namespace) => facts.unread?.includes(namespace));
  return unread.length === 0 ? facts : refuse("namespaceUnread", { detail: `${someNames(unread)} on ${cluster}` });
}

/** Nobody says yes to rules that are not those which the card stands for (P9); then it is for the cluster itself to say. */
function isOtherRole({ decision }: Lendable, { role, roleHash }: Target, facts: ClusterFacts): boolean {
  return decision === undefined && own(facts.roles, role)?.hash !== roleHash;
}

/** The same groups decide, for as long, and what the policy was to approve by itself it still does. */
function isAsAsked({ approvers, needs, auto }: Place, request: Lendable): boolean {
  const isSame = approvers.join() === request.approvers.join() && needs.maxSeconds >= request.durationSeconds;
  return isSame && (request.leave !== "policy" || auto);
}

/** Whether nothing to speak of is left before the cap, or what was decided by an earlier policy goes past it. */
function isPast(
  cap: Millis | null,
  at: { readonly begins: Millis; readonly end: Millis; readonly now: Millis },
): boolean {
  if (cap === null) return false;
  return cap <= at.now || cap - at.begins < SHORTEST_SECONDS * 1000 || at.end > cap;
}

/** More than this between two clocks, in milliseconds, and an end written by one is not the other's. */
export const MOST_SKEW_MS = 5_000;

/** Takes what is known of a cluster; returns why its clock forbids to grant, as a sentence without its full stop, or null. */
export function whySkewed(facts: Pick<ClusterFacts, "cluster" | "skewMs"> | null): string | null {
  if (facts === null) return null;
  const isAhead = facts.skewMs > MOST_SKEW_MS;
  if (!isAhead && facts.skewMs >= -MOST_SKEW_MS) return null;
  const by = `${Math.round(Math.abs(facts.skewMs) / 1000)} s`;
  return `the clock of ${facts.cluster} is ${by} ${isAhead ? "ahead of" : "behind"} ours: mend whichever is wrong`;
}
