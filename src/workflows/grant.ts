/**
 * A grant is what was lent: one cluster × one profile, a list of namespaces, to one person, until its end.
 * To people it is a *pass*. Its *end* is a moment, written once; its *ending* is the work of taking access back.
 * A *delivery* is one handing-over of a credential; a new one ends the one before. `-d0` is the *trial*, the
 * worker's own, for the proof. The *timer* is the Job in the cluster that ends access with nobody of ours alive.
 */
import type { Millis, PersonId } from "./person.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Target } from "./request.ts";

/** Who said yes, in the cluster's words (AccessGrant `spec.decidedBy`). */
export interface DecidedBy {
  readonly kind: "approval" | "policy" | "breakGlass";
  readonly people: readonly PersonId[];
}

/** One handing-over of a credential. Neither the token nor its name in the audit log (the ledger has that) is kept here. */
export interface Delivery {
  /** 1, 2, …: the number in the anchor Secret's name. */
  readonly n: number;
  readonly at: Millis;
}

/** What was lent, the same in every state. Nothing here ever changes. */
export interface Lent extends Target {
  readonly id: string;
  readonly version: number;
  readonly request: string;
  readonly grantee: PersonId;
  /**
   * The Slack key under which it was asked for. Absent in records from before it was kept, and in those that were rebuilt
   * from a cluster, which knows people by their ids alone.
   */
  readonly account?: string;
  readonly decidedBy: DecidedBy;
  readonly decidedAt: Millis;
  /** Nothing is made before; null: as soon as it is decided. */
  readonly startsAt: Millis | null;
  readonly end: Millis;
  /** The grant that this one succeeds; null for a first one. */
  readonly extends: string | null;
}

/** Why access ends, or was never made. */
export type EndReason =
  | "expired"
  | "released"
  | "revoked"
  | "timerUnarmed"
  | "roleChanged"
  | "namespaceDeleted"
  | "changedByHand"
  | "notAllowedAnyMore"
  | "clusterSilent"
  | "clusterRefused";

/** The work of taking access back: since when, why, and by whom (null: by itself). */
export interface Ending {
  readonly why: EndReason;
  readonly by: PersonId | null;
  /** What a person or the cluster said about it; shown to people as plain text. */
  readonly words: string | null;
  readonly since: Millis;
}

export type MakingGrant = Lent & {
  readonly state: "making";
  /** Why it is not made yet, as a sentence without its full stop; null while nothing is wrong. */
  readonly trouble: string | null;
  /** When that was written down; absent where nothing is wrong, or where it was before this was kept. */
  readonly troubleAt?: Millis;
};
export type ActiveGrant = Lent & {
  readonly state: "active";
  readonly activeAt: Millis;
  /** The timer Job was seen completed, so its countdown runs. */
  readonly timerArmed: boolean;
  /** The grantee was told that it ends soon. */
  readonly warned: boolean;
  readonly deliveries: readonly Delivery[];
};
/** A call for help: when, and what kept the ending from being done, as a sentence without its full stop. */
export interface Paged {
  readonly at: Millis;
  readonly words: string;
}
export type EndingGrant = Lent & {
  readonly state: "ending";
  readonly ending: Ending;
  /** When it became active; null where it never did. */
  readonly activeAt: Millis | null;
  /** When on-call was told that it is overdue, and why it was; null while nobody needs to be. */
  readonly paged: Paged | null;
  readonly deliveries: readonly Delivery[];
};
export type EndedGrant = Omit<EndingGrant, "state"> & {
  readonly state: "ended";
  /** When the cluster itself was seen to refuse. */
  readonly refusedAt: Millis;
};

export type Grant = MakingGrant | ActiveGrant | EndingGrant | EndedGrant;

export type GrantEvent =
  | { readonly type: "trouble"; readonly words: string; readonly at: Millis }
  | { readonly type: "proven"; readonly at: Millis }
  | { readonly type: "timerArmed" }
  | { readonly type: "warned" }
  | { readonly type: "delivery"; readonly at: Millis }
  | { readonly type: "end"; readonly ending: Ending }
  | { readonly type: "paged"; readonly paged: Paged }
  | { readonly type: "refused"; readonly at: Millis };

/**
 * The one way to make a grant's next state. Takes the grant as loaded and what happened; returns the next state
 * (version + 1), or a refusal when that cannot happen in this state. Ending beats everything: no event leads back.
 */
export function transitionGrant(grant: ActiveGrant, event: EventOf<"delivery">): ActiveGrant;
export function transitionGrant(grant: Grant, event: GrantEvent): Grant | Refusal;
export function transitionGrant(grant: Grant, event: GrantEvent): Grant | Refusal {
  switch (event.type) {
    case "trouble":
    case "proven":
      return grant.state === "making" ? whileMaking(grant, event) : refuse("notNow");
    case "timerArmed":
    case "warned":
      return grant.state === "active" ? whileActive(grant, event) : refuse("notNow");
    case "delivery":
      return grant.state === "active" ? whileActive(grant, event) : refuse("notActive");
    case "end":
      return grant.state === "making" || grant.state === "active"
        ? beginEnding(grant, event.ending)
        : refuse("alreadyEnding");
    case "paged":
    case "refused":
      return grant.state === "ending" ? whileEnding(grant, event) : refuse("notNow");
  }
}

type EventOf<Type extends GrantEvent["type"]> = Extract<GrantEvent, { readonly type: Type }>;

function whileMaking(grant: MakingGrant, event: EventOf<"trouble" | "proven">): Grant {
  if (event.type === "proven") return activate(grant, event.at);
  return { ...grant, version: grant.version + 1, trouble: event.words, troubleAt: event.at };
}

function whileActive(grant: ActiveGrant, event: EventOf<"timerArmed" | "warned" | "delivery">): Grant {
  if (event.type === "delivery") return deliver(grant, event.at);
  const version = grant.version + 1;
  return event.type === "warned" ? { ...grant, version, warned: true } : { ...grant, version, timerArmed: true };
}

function whileEnding(grant: EndingGrant, event: EventOf<"paged" | "refused">): Grant {
  const version = grant.version + 1;
  if (event.type === "paged") return { ...grant, version, paged: event.paged };
  // By a wrong clock it may have begun later than it was over.
  const ending = { ...grant.ending, since: Math.min(grant.ending.since, event.at) };
  return { ...grant, version, state: "ended", ending, refusedAt: event.at };
}

function activate({ trouble: _, troubleAt: __, ...grant }: MakingGrant, at: Millis): ActiveGrant {
  const version = grant.version + 1;
  return { ...grant, version, state: "active", activeAt: at, timerArmed: false, warned: false, deliveries: [] };
}

function deliver(grant: ActiveGrant, at: Millis): ActiveGrant {
  const n = lastDelivery(grant) + 1;
  return { ...grant, version: grant.version + 1, deliveries: [...grant.deliveries, { n, at }] };
}

function beginEnding(grant: MakingGrant | ActiveGrant, ending: Ending): EndingGrant {
  const { id, request, grantee, cluster, namespaces, profile, role, roleHash, decidedBy, decidedAt } = grant;
  return {
    ...{ id, request, grantee, cluster, namespaces, profile, role, roleHash, decidedBy, decidedAt },
    ...{ startsAt: grant.startsAt, end: grant.end, extends: grant.extends },
    ...(grant.account === undefined ? {} : { account: grant.account }),
    version: grant.version + 1,
    state: "ending",
    ending,
    activeAt: grant.state === "active" ? grant.activeAt : null,
    paged: null,
    deliveries: grant.state === "active" ? grant.deliveries : [],
  };
}

/** Takes a grant; returns the number of its last delivery, 0 where there was none. */
export function lastDelivery(grant: Grant): number {
  return grant.state === "making" ? 0 : (grant.deliveries.at(-1)?.n ?? 0);
}

/** Takes a grant; returns when access begins, or was to begin: at the start that was asked for, or with the decision. */
export function beginsAt({ startsAt, decidedAt }: Pick<Lent, "startsAt" | "decidedAt">): Millis {
  return Math.max(startsAt ?? 0, decidedAt);
}

/** Takes a grant; returns whether it is still to be made, in use, or being taken back. */
export function isLive(grant: Grant): boolean {
  return grant.state !== "ended";
}
