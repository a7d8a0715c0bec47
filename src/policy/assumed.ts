/** A question to a policy without a cluster: what the worker and Slack would say is assumed, and can be told. */
import { decidingRule, sayingsOf } from "../workflows/deciding.ts";
import type { MakingGrant } from "../workflows/grant.ts";
import { emptyHistory, type Outcome } from "../workflows/history.ts";
import { judgeWish, soughtBy } from "../workflows/judge.ts";
import { judgeGlass } from "../workflows/judge-glass.ts";
import { capOf } from "../workflows/limits.ts";
import { isOnCall } from "../workflows/membership.ts";
import type { Millis, PersonId } from "../workflows/person.ts";
import { cellsOf } from "../workflows/place.ts";
import { own } from "../workflows/policy.ts";
import type { Rule, Tier } from "../workflows/policy-schema.ts";
import type { ClusterFacts, PolicyInForce } from "../workflows/ports.ts";
import { isRefusal, type Refusal, refuse } from "../workflows/refusal.ts";
import type { Allowed } from "../workflows/wish.ts";
import { type AssumedDeciders, assumedDeciders, assumedRecord } from "./assumed-people.ts";

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

/** A place, and what is held there. */
export interface AssumedPass {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
}

/** What is assumed of whoever asks. */
export interface AssumedPerson {
  readonly guest: boolean;
  /** Ids of the Slack user groups that they are in. */
  readonly slackGroups: readonly string[];
  /** Passes that they hold. */
  readonly held: readonly AssumedPass[];
  /** How their last passes ended, newest last. */
  readonly outcomes: readonly Outcome[];
}

/** May this person have that? */
export interface AssumedWish extends AssumedPerson {
  readonly who: PersonId;
  readonly what: string;
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly for: string;
  readonly at: Millis;
}

/** What the policy says to it. */
export type Verdict =
  | ({
      readonly may: true;
      readonly allowed: Allowed;
      readonly ticket: boolean;
      /** The most that they could be lent then: less than the rule's where their contract ends before. */
      readonly mostSeconds: number;
      /** Whoever is in a Slack user group comes on top. */
    } & AssumedDeciders)
  | { readonly may: false; readonly refusals: readonly Refusal[] };

/**
 * Takes the policy in force, a wish and what is assumed; returns the policy's verdict: on a person with an active account,
 * and a reason and ticket that will do.
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
  const mostSeconds = beforeCap(force, wish, answer.needs.maxSeconds);
  return { may: true, allowed: answer, ticket: needsTicket, mostSeconds, ...assumedDeciders(force, wish, answer) };
}

/**
 * Takes the same; returns the rules that decide about it, each once; none where one of its namespaces has none. By them too
 * few may be able to say yes all the same.
 */
export function decidingAssumed(force: PolicyInForce, wish: AssumedWish, assumed: Assumptions): readonly Rule[] {
  const { policy } = force;
  const { by, asked, around } = assume(force, wish, assumed, null);
  const sought = soughtBy(force, by, asked, around, wish.at);
  if (isRefusal(sought)) return [];
  const sayings = sayingsOf(policy, by, sought.target);
  const answers = cellsOf(policy, sought).map((cell) => decidingRule(force, cell, sayings));
  const rules = answers.flatMap((answer) => (isRefusal(answer) ? [] : [answer]));
  return rules.length < answers.length ? [] : [...new Set(rules)];
}

/** Nothing lasts beyond a contract, whatever a rule allows. */
function beforeCap({ policy }: PolicyInForce, wish: AssumedWish, seconds: number): number {
  const cap = capOf(policy, assumedRecord(policy, wish.who, wish));
  return cap === null ? seconds : Math.min(seconds, Math.floor((cap - wish.at) / 1000));
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
  const { by, asked, around } = assume(force, wish, assumed, null);
  if (force.policy.breakGlass === undefined || !isOnCall(force.policy, by)) return null;
  const answer = judgeGlass(force, by, asked, around, wish.at);
  if (isRefused(answer)) return { may: false, refusals: answer };
  return { may: true, maxSeconds: beforeCap(force, wish, answer.needs.maxSeconds), told: answer.approvers };
}

function isRefused(answer: Allowed | readonly Refusal[]): answer is readonly Refusal[] {
  return Array.isArray(answer);
}

function judgeWithTicket(force: PolicyInForce, wish: AssumedWish, assumed: Assumptions, ticket: string | null) {
  const { by, asked, around } = assume(force, wish, assumed, ticket);
  return judgeWish(force, by, asked, around, wish.at);
}

function assume(force: PolicyInForce, wish: AssumedWish, assumed: Assumptions, ticket: string | null) {
  const { cluster, namespaces, what: profile, held, outcomes } = wish;
  const asked = { cluster, namespaces, profile, duration: wish.for, reason: REASON, ticket, startsAt: null };
  const factsOf = (id: string) => factsFor(force, { ...wish, cluster: id }, assumed);
  const around = {
    history: { ...emptyHistory(wish.who), outcomes },
    ...{ held: held.map((pass, i) => passOf(force, wish, pass, i)), open: [], companyPasses: held.length, said: 0 },
    factsOf,
  };
  return { by: assumedRecord(force.policy, wish.who, wish), asked, around };
}

function passOf({ policy }: PolicyInForce, { who, at }: AssumedWish, pass: AssumedPass, i: number): MakingGrant {
  const role = own(policy.profiles, pass.profile)?.role ?? "";
  return {
    ...{ id: `held-${i}`, version: 1, request: `held-${i}`, grantee: who, ...pass, role, roleHash: "assumed" },
    ...{ decidedBy: { kind: "policy", people: [] }, decidedAt: at, startsAt: null, end: at, extends: null },
    ...{ state: "making", trouble: null },
  };
}

/** Long enough, and neither a ticket nor a profile's words. */
const REASON = "What this policy says is being looked at, and nothing is asked for";

function factsFor(
  { policy }: PolicyInForce,
  { cluster, namespaces, at, held }: AssumedWish,
  assumed: Assumptions,
): ClusterFacts {
  const known = own(assumed.namespaceLabels, cluster) ?? {};
  const holding = held.flatMap((pass) => (pass.cluster === cluster ? pass.namespaces : []));
  const names = [...new Set([...namespaces, ...holding, ...Object.keys(known)])].sort();
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
