import type { Review, ReviewEvent } from "./owed-review.ts";
import type { Millis, PersonId } from "./person.ts";
import type { Tier } from "./policy-schema.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** One cluster × one profile × a list of namespaces: what a request asks for and a grant lends. */
export interface Target {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
  /** The catalogue ClusterRole behind the profile. */
  readonly role: string;
  /** Hash of the role's rules as the asker and the approver saw them (promise P9). */
  readonly roleHash: string;
}

/** What a request needs before it is lent, as its cells' deciding rules and its tier ask together. */
export interface Needs {
  /** How many different people. */
  readonly quorum: number;
  readonly differentGroups: boolean;
  readonly notSameCompany: boolean;
  /** The yes is given in the form that says the risk once more. */
  readonly stepUp: boolean;
  readonly maxSeconds: number;
  readonly tier: Tier;
  /** Why it is of that tier, for people: each a sentence without its full stop. */
  readonly why: readonly string[];
  /** Names of the deciding rules, in order of the alphabet. */
  readonly rules: readonly string[];
}

/** What a yes leaves of what was asked for. `startsAt` null: at once. */
export interface Less {
  readonly durationSeconds: number;
  readonly namespaces: readonly string[];
  readonly startsAt: Millis | null;
}

/** One person's yes. `less` null: all that was asked for. */
export interface Yes {
  readonly by: PersonId;
  /** The Slack key under which it was given; absent in records from before it was kept. */
  readonly account?: string;
  /** Given in a form that said the risk of then once more; absent in records from before it was kept: not known, so no. */
  readonly stepped?: boolean;
  readonly at: Millis;
  readonly policyHash: string;
  readonly less: Less | null;
}

/**
 * What was asked, the same in every state. Nothing here ever changes but what follows the yeses: these themselves, what
 * is needed, and the fingerprint, which stands for what would be lent now.
 */
export interface Asked {
  readonly id: string;
  readonly version: number;
  readonly asker: PersonId;
  /** The Slack key under which it was asked; absent in records from before it was kept. */
  readonly account?: string;
  readonly targets: readonly Target[];
  readonly durationSeconds: number;
  readonly reason: string;
  readonly askedAt: Millis;
  readonly lapsesAt: Millis;
  /** As given; null where none was. */
  readonly ticket: string | null;
  /** When it begins; null: as soon as it is decided. */
  readonly startsAt: Millis | null;
  /** The policy's groups that were asked to decide, in order of the alphabet. */
  readonly approvers: readonly string[];
  /** What it needed when it was asked for, or at the last yes; it is judged anew at every click. */
  readonly needs: Needs;
  /**
   * Who was barred as of the asker's company when it was asked for, and their Slack keys then: neither moving nor renaming
   * them must let them decide. Each is absent in records from before it was kept, of which nobody knows any more.
   */
  readonly barred?: readonly PersonId[];
  readonly barredAccounts?: readonly string[];
  /** Those that counted when the last one was given, in their order; while it waits, also those that lack the form alone. */
  readonly yeses: readonly Yes[];
  /** By whose leave: people's, the policy's own (auto-approval), or on-call's in an emergency. */
  readonly leave: "approval" | "policy" | "breakGlass";
  /** The channel of the first of those groups, where the card stands. */
  readonly channel: string;
  /** What the card showed, hashed; a click that carries another one is refused. */
  readonly fingerprint: string;
  readonly policyHash: string;
  /** The grant that this would succeed; null for a first one. */
  readonly extends: string | null;
}

/** Who said yes or no (nobody, where the policy did), when, under which policy and by which of its rules. */
export interface Decision {
  readonly people: readonly PersonId[];
  readonly at: Millis;
  readonly policyHash: string;
  readonly rules: readonly string[];
}

export type PendingRequest = Asked & { readonly state: "pending" };
export type ApprovedRequest = Asked & {
  readonly state: "approved";
  readonly decision: Decision;
  /** The narrowest of what was asked for and of what each yes left. */
  readonly lent: Less;
  /** The moment access ends: written once, here, before anything is created. */
  readonly end: Millis;
  readonly grants: readonly string[];
  /** Null but for an emergency. */
  readonly review: Review | null;
};
export type DeniedRequest = Asked & {
  readonly state: "denied";
  readonly decision: Decision;
  readonly why: string | null;
};
/** `anew`: the request in its place, where its asker's id has another account since, which asked anew. Absent otherwise. */
export type WithdrawnRequest = Asked & { readonly state: "withdrawn"; readonly at: Millis; readonly anew?: string };
export type LapsedRequest = Asked & { readonly state: "lapsed"; readonly at: Millis };

/** What was asked for, 1..n targets. Deny, lapse and withdraw end it; an approval turns it into grants. */
export type Request = PendingRequest | ApprovedRequest | DeniedRequest | WithdrawnRequest | LapsedRequest;

/** What the yeses come to at a click: the new one (null: nobody's is needed), those that no longer count, what is needed. */
export interface Tally {
  readonly yes: Yes | null;
  readonly dropped: readonly PersonId[];
  readonly needs: Needs;
}

/** What can happen while it waits for its answer. */
export type PendingEvent =
  | (Tally & { readonly type: "yes"; readonly yes: Yes; readonly fingerprint: string })
  | (Tally & {
      readonly type: "approve";
      readonly decision: Decision;
      readonly lent: Less;
      readonly end: Millis;
      readonly grants: readonly string[];
      readonly review: Review | null;
    })
  | { readonly type: "deny"; readonly decision: Decision; readonly why: string | null }
  | { readonly type: "withdraw"; readonly at: Millis; readonly anew?: string }
  | { readonly type: "lapse"; readonly at: Millis };
export type RequestEvent = PendingEvent | ReviewEvent;

/**
 * The one way to make a request's next state. Takes the request as loaded and what happened; returns the next
 * state (version + 1), or a refusal when that cannot happen in this state.
 */
export function transitionRequest(request: Request, event: RequestEvent): Request | Refusal {
  switch (event.type) {
    case "yes":
    case "approve":
    case "deny":
    case "withdraw":
    case "lapse":
      return request.state === "pending" ? whilePending(request, event) : refuse("alreadyDecided");
    case "chased":
    case "reviewed":
      return whileOwed(request, event);
  }
}

function whilePending(request: PendingRequest, event: PendingEvent): Request {
  const next = { ...request, version: request.version + 1 };
  switch (event.type) {
    case "yes":
      return { ...next, ...tallied(request, event), fingerprint: event.fingerprint };
    case "approve": {
      const { decision, lent, end, grants, review } = event;
      return { ...next, ...tallied(request, event), state: "approved", decision, lent, end, grants, review };
    }
    case "deny":
      return { ...next, state: "denied", decision: event.decision, why: event.why };
    case "withdraw":
      return { ...next, state: "withdrawn", at: event.at, ...(event.anew === undefined ? {} : { anew: event.anew }) };
    case "lapse":
      return { ...next, state: "lapsed", at: event.at };
  }
}

function tallied(request: PendingRequest, { yes, dropped, needs }: Tally): Pick<Asked, "needs" | "yeses"> {
  const kept = request.yeses.filter(({ by }) => !dropped.includes(by));
  return { needs, yeses: yes === null ? kept : [...kept, yes] };
}

function whileOwed(request: Request, event: ReviewEvent): ApprovedRequest | Refusal {
  if (request.state !== "approved" || request.review === null) return refuse("notNow");
  if (request.review.done !== null) return refuse("alreadyReviewed");
  const news = event.type === "chased" ? { chasedAt: event.at } : { done: event.done };
  return { ...request, version: request.version + 1, review: { ...request.review, ...news } };
}

/** Takes a request; returns whether somebody still owes it a review. */
export function owesReview(request: Request): request is ApprovedRequest & { readonly review: Review } {
  return request.state === "approved" && request.review !== null && request.review.done === null;
}
