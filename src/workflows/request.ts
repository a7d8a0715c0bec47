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
  readonly at: Millis;
  readonly policyHash: string;
  readonly less: Less | null;
}

/** What was asked, the same in every state. Nothing here ever changes. */
export interface Asked {
  readonly id: string;
  readonly version: number;
  readonly asker: PersonId;
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
  /** What it needed when it was asked for; it is judged anew at every click. */
  readonly needs: Needs;
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
  /** The moment access ends: written once, here, before anything is created. */
  readonly end: Millis;
  readonly grants: readonly string[];
};
export type DeniedRequest = Asked & {
  readonly state: "denied";
  readonly decision: Decision;
  readonly why: string | null;
};
export type WithdrawnRequest = Asked & { readonly state: "withdrawn"; readonly at: Millis };
export type LapsedRequest = Asked & { readonly state: "lapsed"; readonly at: Millis };

/** What was asked for, 1..n targets. Deny, lapse and withdraw end it; an approval turns it into grants. */
export type Request = PendingRequest | ApprovedRequest | DeniedRequest | WithdrawnRequest | LapsedRequest;

export type RequestEvent =
  | { readonly type: "approve"; readonly decision: Decision; readonly end: Millis; readonly grants: readonly string[] }
  | { readonly type: "deny"; readonly decision: Decision; readonly why: string | null }
  | { readonly type: "withdraw"; readonly at: Millis }
  | { readonly type: "lapse"; readonly at: Millis };

/**
 * The one way to make a request's next state. Takes the request as loaded and what happened; returns the next
 * state (version + 1), or a refusal when the request is no longer pending.
 */
export function transitionRequest(request: Request, event: RequestEvent): Request | Refusal {
  if (request.state !== "pending") return refuse("alreadyDecided");
  const { state: _, ...asked } = request;
  const next = { ...asked, version: request.version + 1 };
  switch (event.type) {
    case "approve":
      return { ...next, state: "approved", decision: event.decision, end: event.end, grants: event.grants };
    case "deny":
      return { ...next, state: "denied", decision: event.decision, why: event.why };
    case "withdraw":
      return { ...next, state: "withdrawn", at: event.at };
    case "lapse":
      return { ...next, state: "lapsed", at: event.at };
  }
}
