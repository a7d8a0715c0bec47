/** A question to a policy without a cluster: what the worker and Slack would say is assumed, and can be told. */
import { parseDuration } from "../workflows/duration.ts";
import { judgeWish } from "../workflows/judge.ts";
import { judgeGlass } from "../workflows/judge-glass.ts";
import { whyNotDecide } from "../workflows/judge-people.ts";
import { isOnCall } from "../workflows/membership.ts";
import type { Millis, PersonId, PersonRecord } from "../workflows/person.ts";
import { own } from "../workflows/policy.ts";
import type { Tier } from "../workflows/policy-schema.ts";
import type { ClusterFacts, PolicyInForce } from "../workflows/ports.ts";
import { type Refusal, refuse } from "../workflows/refusal.ts";
import type { Allowed } from "../workflows/wish.ts";

type Labels = Readonly<Record<string, string>>;

/** What is assumed of clusters and roles where nothing else is told: no labels, and low risk. */
export interface Assumptions {
  /** By cluster. */
  readonly clusterLabels: Readonly<Record<string, Labels>>;
  /** By cluster and namespace. Every namespace that is asked for is taken to be open. */
  readonly namespaceLabels: Readonly<Record<string, Readonly<Record<string, Labels>>>>;
  /** What the role behind a profile amounts to, by profile. */
  readonly risk: Readonly<Record<string, Tier>>;
}

/** May this person have that? */
export interface AssumedWish {
  readonly who: PersonId;
  readonly what: string;
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly for: string;
  readonly at: Millis;
  readonly guest: boolean;
}

/** What the policy says to it. */
export type Verdict =
  | {
      readonly may: true;
      readonly allowed: Allowed;
      readonly ticket: boolean;
      /** Those who may say yes, by id; whoever is in a Slack user group comes on top. */
      readonly deciders: readonly PersonId[];
    }
  | { readonly may: false; readonly refusals: readonly Refusal[] };

/**
 * Takes the policy in force, a wish and what is assumed; returns the policy's verdict: on a person with an active account,
 * no passes, no history, and a reason and ticket that will do.
 */
export function judgeAssumed(force: PolicyInForce, wish: AssumedWish, assumed: Assumptions): Verdict {
  const { policy } = force;
  if (!Object.hasOwn(policy.people, wish.who)) {
    return { may: false, refusals: [refuse("unknownPerson", { detail: wish.who })] };
  }
  const judge = (ticket: string | null) => judgeWithTicket(force, wish, assumed, ticket);
  const bare = judge(null);
  const needsTicket = isRefused(bare) && bare.some(({ refused }) => refused === "ticketNeeded");
  const answer = needsTicket ? judge(policy.tickets?.example ?? "T-1") : bare;
  if (isRefused(answer)) return { may: false, refusals: answer };
  return { may: true, allowed: answer, ticket: needsTicket, deciders: decidersOf(force, wish, answer) };
}

/** What somebody on call may lend themselves at once. */
export type GlassVerdict =
  | {
      readonly may: true;
      readonly maxSeconds: number;
      /** Groups that are told at once: all whose yes was skipped, and the reviewers. */
      readonly told: readonly string[];
    }
  | { readonly may: false; readonly refusals: readonly Refusal[] };

/** The same of an emergency; null where the policy has none for this person, as they are not listed as on call. */
export function judgeAssumedGlass(force: PolicyInForce, wish: AssumedWish, assumed: Assumptions): GlassVerdict | null {
  const by = recordOf(force, wish.who, wish);
  if (force.policy.breakGlass === undefined || !isOnCall(force.policy, by)) return null;
  const { asked, around } = assume(force, wish, assumed, null);
  const answer = judgeGlass(force, by, asked, around, wish.at);
  if (isRefused(answer)) return { may: false, refusals: answer };
  return { may: true, maxSeconds: answer.needs.maxSeconds, told: answer.approvers };
}

function isRefused(answer: Allowed | readonly Refusal[]): answer is readonly Refusal[] {
  return Array.isArray(answer);
}

function judgeWithTicket(force: PolicyInForce, wish: AssumedWish, assumed: Assumptions, ticket: string | null) {
  const { asked, around } = assume(force, wish, assumed, ticket);
  return judgeWish(force, recordOf(force, wish.who, wish), asked, around, wish.at);
}

function assume(force: PolicyInForce, wish: AssumedWish, assumed: Assumptions, ticket: string | null) {
  const { cluster, namespaces, what: profile } = wish;
  const asked = { cluster, namespaces, profile, duration: wish.for, reason: REASON, ticket, startsAt: null };
  const factsOf = (id: string) => factsFor(force, { ...wish, cluster: id }, assumed);
  return { asked, around: { history: null, held: [], open: [], companyPasses: 0, said: 0, factsOf } };
}

/** Long enough, and neither a ticket nor a profile's words. */
const REASON = "What this policy says is being looked at, and nothing is asked for";

function recordOf({ policy }: PolicyInForce, person: PersonId, { guest, at }: Pick<AssumedWish, "guest" | "at">) {
  const slackKey = own(policy.people, person)?.slack ?? "";
  const record: PersonRecord = {
    ...{ person, slackKey, active: true, guest, external: false, slackGroups: [], expiresAt: null, readAt: at },
  };
  return record;
}

function factsFor(
  { policy }: PolicyInForce,
  { cluster, namespaces, at }: AssumedWish,
  assumed: Assumptions,
): ClusterFacts {
  const known = own(assumed.namespaceLabels, cluster) ?? {};
  const names = [...new Set([...namespaces, ...Object.keys(known)])].sort();
  return {
    ...{ cluster, readAt: at, skewMs: 0, labels: own(assumed.clusterLabels, cluster) ?? {} },
    namespaces: names,
    namespaceLabels: Object.fromEntries(names.map((name) => [name, own(known, name) ?? {}])),
    roles: Object.fromEntries(
      Object.entries(policy.profiles).map(([id, { role }]) => [
        role,
        { hash: "assumed", risk: { tier: own(assumed.risk, id) ?? "low", words: [] } },
      ]),
    ),
  };
}

function decidersOf(force: PolicyInForce, wish: AssumedWish, { approvers, needs, auto }: Allowed): readonly PersonId[] {
  if (auto) return [];
  const { at, who: asker } = wish;
  return Object.keys(force.policy.people).filter((id) => {
    const record = recordOf(force, id, { guest: false, at });
    return whyNotDecide(force, record, { asker, approvers, needs }, at) === null;
  });
}

/** Takes what somebody wrote of a place, such as `prod/payments,ledger`; returns it apart, or null. */
export function parsePlace(text: string): { readonly cluster: string; readonly namespaces: readonly string[] } | null {
  const [, cluster, names] = /^([a-z0-9-]+)\/([a-z0-9-]+(?:,[a-z0-9-]+)*)$/.exec(text) ?? [];
  return cluster === undefined || names === undefined ? null : { cluster, namespaces: names.split(",") };
}

/** Takes what somebody wrote of a moment, as ISO 8601 has it; returns it, or null. A day alone begins at midnight, UTC. */
export function parseMoment(text: string): Millis | null {
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$|$)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** Takes a duration as written; returns whether it is one. */
export function isDuration(text: string): boolean {
  return (parseDuration(text) ?? 0) > 0;
}
