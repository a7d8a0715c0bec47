/** What a request for several namespaces needs together. */
import { type Cell, decidingRule, limitOf, type Sayings, sayingsOf } from "./deciding.ts";
import { isOnCall } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { own, type Policy } from "./policy.ts";
import type { Rule } from "./policy-schema.ts";
import type { ClusterFacts, PolicyInForce } from "./ports.ts";
import { canBeDecided } from "./quorum.ts";
import { distinctRefusals, isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Needs, Target } from "./request.ts";
import { highest, riskOf } from "./risk.ts";
import { spotsOf } from "./separation.ts";
import type { Around } from "./wish.ts";

/** A place that is judged: who asks for it, when it would begin, and for how long (null: not known). */
export interface Sought {
  readonly by: PersonRecord;
  readonly target: Pick<Target, "cluster" | "namespaces" | "profile" | "role">;
  readonly facts: ClusterFacts;
  readonly history: Around["history"];
  readonly seconds: number | null;
  readonly begins: Millis;
  readonly now: Millis;
}

/** What the deciding rules and the tier ask for. */
export interface Place {
  readonly needs: Needs;
  readonly ticket: boolean;
  /** In order of the alphabet. */
  readonly approvers: readonly string[];
  readonly auto: boolean;
}

/** Takes the policy in force and what is sought; returns what it needs, or every fault. */
export function judgePlace(force: PolicyInForce, sought: Sought): Place | { readonly faults: readonly Refusal[] } {
  const { policy } = force;
  const { namespaces, profile } = sought.target;
  const field = "namespaces";
  if (namespaces.length === 0) return { faults: [refuse("notOffered", { field, detail: "" })] };
  const cells = cellsOf(policy, sought);
  const sayings = sayingsOf(policy, sought.by, sought.target);
  const faults: Refusal[] = [];
  const rules: Rule[] = [];
  for (const cell of cells) {
    const answer = ruleWhereOpen(force, cell, sayings);
    if (isRefusal(answer)) faults.push(answer);
    else rules.push(answer);
  }
  if (faults.length > 0) return { faults: distinctRefusals(faults) };
  const approvers = [...new Set(rules.flatMap(groupsOf))];
  if (rules.some((rule) => groupsOf(rule).length < approvers.length)) {
    return { faults: [refuse("differentApprovers", { field, detail: namespaces.join(", ") })] };
  }
  const { needs, ticket } = demandsOf(policy, { rules, cells, profile });
  const auto = rules.every((rule) => rule.autoApprove) && needs.tier === "low" && isOnCall(policy, sought.by);
  const isDecidable = auto || canBeDecided(policy, { ...needs, approvers, asker: sought.by.person }, sought.now);
  if (!isDecidable) return { faults: [refuse("notOffered", { field, detail: namespaces.join(", ") })] };
  return { needs, ticket, approvers, auto };
}

/** Takes the policy and what is sought; returns its cells, each with its risk. */
export function cellsOf(policy: Policy, sought: Sought): readonly Cell[] {
  const { by, target, facts, history, seconds, begins, now } = sought;
  return spotsOf(target, facts).map((spot) => {
    const risk = riskOf(policy, { facts, spot, role: target.role, history, begins });
    return { by, facts, spot, risk, seconds, now };
  });
}

/** Somebody to whom a namespace is not offered does not hear whether it is there. */
function ruleWhereOpen(force: PolicyInForce, cell: Cell, sayings: Sayings): Rule | Refusal {
  const answer = decidingRule(force, cell, sayings);
  const { namespace } = cell.spot;
  const isHidden = isRefusal(answer) && answer.refused === "notOffered";
  return isHidden ? answer : (whyNotOpen(cell.facts, namespace) ?? answer);
}

/** Takes what was read of a cluster and a namespace; returns why nothing is lent there, or null where it is open and read. */
export function whyNotOpen({ cluster, namespaces, unread }: ClusterFacts, namespace: string): Refusal | null {
  const field = "namespaces";
  if (namespaces.includes(namespace)) return null;
  if (unread?.includes(namespace) !== true) return refuse("unknownNamespace", { field, detail: namespace });
  return refuse("namespaceUnread", { field, detail: `${namespace} on ${cluster}` });
}

/** Takes a rule; returns the groups that decide by it, each once, in order of the alphabet. */
export function groupsOf(rule: Rule): readonly string[] {
  return [...new Set(rule.approvers)].sort();
}

interface Asking {
  readonly rules: readonly Rule[];
  readonly cells: readonly Cell[];
  readonly profile: string;
}

/** The strictest of all the rules and of the tier, setting by setting. */
function demandsOf(policy: Policy, { rules, cells, profile }: Asking) {
  const tier = highest(cells.map(({ risk }) => risk.tier));
  const asks = policy.risk.tiers[tier];
  const limits = rules.map((rule) => limitOf(policy, rule, profile));
  const needs: Needs = {
    quorum: Math.max(asks?.quorum ?? 1, ...rules.map((rule) => rule.quorum)),
    differentGroups: rules.some((rule) => rule.differentGroups),
    notSameCompany: rules.some((rule) => rule.notSameCompany),
    stepUp: asks?.stepUp ?? false,
    maxSeconds: Math.min(asks?.maxDuration ?? Infinity, ...limits),
    tier,
    why: [...new Set(cells.flatMap(({ risk }) => risk.words))],
    rules: [...new Set(rules.map((rule) => rule.name))].sort(),
  };
  return { needs, ticket: (asks?.ticket ?? false) || rules.some((rule) => rule.ticket) };
}

/** Takes the policy and groups; returns the channel in which their card stands: the first one's. `""` where there is none. */
export function channelOf(policy: Policy, groups: readonly string[]): string {
  const [channel] = groups.flatMap((group) => own(policy.groups, group)?.channel ?? []);
  return channel ?? "";
}
