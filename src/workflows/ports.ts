/**
 * What the workflows need from the world, each as small as its user. Real parts and fakes implement these and
 * sign the same contract suites (test/contract).
 */
import type { AskerMoment } from "./asker-moment.ts";
import type { EndReason, Grant, Lent } from "./grant.ts";
import type { History } from "./history.ts";
import type { Millis, PersonId, PersonRecord } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { Tier, Weekday } from "./policy-schema.ts";
import type { Request } from "./request.ts";

/** One record to write, with the version it must still have (null: it must not exist yet). */
export type Write =
  | { readonly kind: "request"; readonly expected: number | null; readonly next: Request }
  | { readonly kind: "grant"; readonly expected: number | null; readonly next: Grant }
  | { readonly kind: "history"; readonly expected: number | null; readonly next: History };

/**
 * What people must be told. Words are made when it is sent, from the state then, so a late card is never wrong.
 * `key` makes it happen once; `lane` keeps the order.
 */
export interface Telling {
  readonly key: string;
  /** Goes before everything in its lane that is not: what somebody on call must know does not wait behind a card. */
  readonly urgent?: true;
  /** A channel id, or `person:<id>` for a direct message. Order is kept within a lane. */
  readonly lane: string;
  readonly tell:
    | { readonly kind: "card"; readonly request: string }
    | { readonly kind: "verdict"; readonly request: string }
    /** One of several yeses came. */
    | { readonly kind: "yes"; readonly request: string; readonly by: PersonId }
    | { readonly kind: "summary"; readonly grant: string }
    | { readonly kind: "overdue"; readonly grant: string }
    | { readonly kind: "rebuilt"; readonly grants: number }
    /** Somebody lent themselves something in an emergency. */
    | { readonly kind: "brokeGlass"; readonly request: string }
    /** A review is owed, or was given meanwhile. */
    | { readonly kind: "review"; readonly request: string }
    /** What is wrong with the policy, each a line; the last good one stays in force. */
    /** `version`: the bad one's hash. No faults: it is mended. */
    | { readonly kind: "policyFault"; readonly version: string; readonly faults: readonly string[] }
    | { readonly kind: "asker"; readonly request: string; readonly grant: string | null; readonly moment: AskerMoment };
}

/** What must be remembered: one row of the ledger. */
export interface LedgerRow {
  readonly at: Millis;
  readonly what: string;
  /** Policy id of who did it; null where nobody did (a timer, the cluster). */
  readonly by: PersonId | null;
  readonly request: string;
  readonly grant: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One change of state with all that follows from it, saved together or not at all. */
export interface Commit {
  readonly writes: readonly Write[];
  readonly tellings: readonly Telling[];
  readonly rows: readonly LedgerRow[];
  /** What else is due from now on, each at its moment. */
  readonly checks?: readonly (DeliveryCheck & { readonly at: Millis })[];
  /** Nothing is saved unless this check is due still; where it `settles`, it is due no more. */
  readonly owed?: { readonly check: DeliveryCheck; readonly settles: boolean };
}

/** Names one record that somebody may have to look at. */
export interface Ref {
  readonly kind: "request" | "grant";
  readonly id: string;
}

/** Delivery `n` of a grant, of which somebody must see whether the person got it. */
export interface DeliveryCheck {
  /** The delivery request's. */
  readonly id: string;
  readonly grant: string;
  readonly n: number;
}

/** Somebody must look at a record, or at what became of a delivery. */
export type Due = Ref | ({ readonly kind: "check" } & DeliveryCheck);

export interface Store {
  request(id: string): Promise<Request | null>;
  grant(id: string): Promise<Grant | null>;
  /** What is remembered of a person or a company, by its id. */
  history(id: string): Promise<History | null>;
  /**
   * Saves all or nothing in one step. `raced`: a record no longer had the expected version, or a check is due no more;
   * nothing was written.
   */
  commit(commit: Commit): Promise<"saved" | "raced">;
  /** Requests still pending and grants not ended, in no order. */
  live(): Promise<{ readonly requests: readonly Request[]; readonly grants: readonly Grant[] }>;
  /** Records whose next step is due at `now` or before (see next-step.ts `dueAt`), and checks; at most `limit`. */
  due(now: Millis, limit: number): Promise<readonly Due[]>;
  /** The moment from which somebody must make this check; null where nobody must any more. */
  checkDueAt(check: DeliveryCheck): Promise<Millis | null>;
  /** A check that was made is due no more. */
  settleCheck(check: DeliveryCheck): Promise<void>;
}

/** The bot's records of linked people. */
export interface People {
  record(person: PersonId): Promise<PersonRecord | null>;
  save(record: PersonRecord): Promise<void>;
}

/** "Look at this record", now or at a moment. Carries nothing else; losing one only costs time. */
export interface Waker {
  wake(ref: Ref, version: number, at: Millis): Promise<void>;
}

/** How dangerous a role's rules are by themselves, and why: each of `words` is a sentence without its full stop. */
export interface RoleRisk {
  readonly tier: Tier;
  readonly words: readonly string[];
}

/** What the worker read from a cluster and published for the bot to show. */
export interface ClusterFacts {
  readonly cluster: string;
  readonly readAt: Millis;
  /** The cluster's own labels, from clusters.yaml. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those that are open to Daypass. */
  readonly namespaces: readonly string[];
  /**
   * Those that are open, but whose labels the cluster does not show the worker: nobody knows what the policy says of them.
   * Absent where there are none, or what was read was published before it was kept.
   */
  readonly unread?: readonly string[];
  /** By namespace; none where it is not among them. */
  readonly namespaceLabels: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By ClusterRole name: the hash of its rules as the worker computes it, and their risk. */
  readonly roles: Readonly<Record<string, { readonly hash: string; readonly risk: RoleRisk }>>;
  /** How far the API server's clock is ahead of ours, in milliseconds; 0 where they agree as far as can be seen. */
  readonly skewMs: number;
}

export interface Facts {
  of(cluster: string): Promise<ClusterFacts | null>;
  publish(facts: ClusterFacts): Promise<void>;
}

/** What identifies a grant's objects in its cluster: enough to find and end all of them. */
export type Access = Pick<Lent, "id" | "end" | "cluster" | "namespaces">;

/** A grant as its cluster holds it: enough to end it, and to write its record anew where that was lost. */
export type Held = Access &
  Pick<Lent, "request" | "grantee" | "decidedBy" | "profile" | "role" | "roleHash"> & { readonly madeAt: Millis };

/** What is wrong with the objects of a grant in mid-life, as a sentence without its full stop. */
export interface Damage {
  readonly why: Extract<EndReason, "roleChanged" | "namespaceDeleted" | "changedByHand">;
  readonly words: string;
}

/** A cluster that is being followed. `stop` resolves when nothing more will be heard; it never rejects. */
export interface Following {
  stop(): Promise<void>;
}

/** What a cluster that is followed says. `isAgain`: this process heard it before, and could not heed it. */
export type News = Said & { readonly isAgain?: true };

type Said =
  /** All that it holds, after each list; damage there is a suspicion, for `inspect` to verify. */
  | { readonly what: "list"; readonly all: readonly { readonly held: Held; readonly damage: Damage | null }[] }
  /** An AccessGrant that was not there before. */
  | { readonly what: "made"; readonly held: Held }
  /** An object of this grant was changed or is gone; also so whenever it ends as it should. */
  | { readonly what: "changed"; readonly grant: string };

/** The cluster answered, and its answer is no: trying again cannot help. */
export interface ClusterRefusal {
  readonly refusedBecause: "roleChanged" | "clusterRefused";
  readonly words: string;
}

/** One-use public key (JWK) to which a credential is sealed. */
export type SealingKey = Readonly<Record<string, unknown>>;

/** All clusters, by the id that every grant carries. Throws where a cluster does not answer within its deadline. */
export interface Clusters {
  /**
   * Makes every object of the grant, each after the one that owns it, or adopts what an earlier try left, and proves it
   * with the trial. Safe to repeat. Resolves when the grant's own identity was tried and the trial is gone again.
   */
  make(grant: Lent): Promise<{ readonly proven: true } | ClusterRefusal>;
  /** Whether the timer's countdown runs; `behind`: not yet, but the cluster's controller is at work on others'. */
  timer(grant: Access): Promise<"armed" | "waiting" | "behind" | "missing">;
  /**
   * Makes delivery `n`, ends all earlier ones, and seals a kubeconfig to `key` (compact JWE). The token is in no
   * return value, record or log. `taken`: this number was used before.
   */
  deliver(
    grant: Lent,
    n: number,
    key: SealingKey,
  ): Promise<{ readonly sealed: string; readonly jti: string } | "taken">;
  /** Reads a grant's objects and its role; returns what is not as it was made, or null. */
  inspect(access: Access): Promise<Damage | null>;
  /**
   * Deletes the bindings that this process knows by their uid and nothing else: one call per namespace, by which the
   * cluster refuses. A head start for `end`, which comes after it in any case.
   */
  cut(access: Access): Promise<void>;
  /** Ends one delivery alone. 404 is success. */
  endDelivery(grant: Access, n: number): Promise<void>;
  /**
   * Ends all of it, the bindings first since the cluster refuses from then on, and proves the refusal. Safe to repeat;
   * 404 is success. `lastDelivery`: the number of the last one, 0 where none is known; any other goes with the timer.
   */
  end(access: Access, lastDelivery: number): Promise<{ readonly refused: true }>;
  /** The grants the cluster itself holds whose end came within the last five minutes before `now`, found by label. */
  overdue(cluster: string, now: Millis): Promise<readonly Access[]>;
  /**
   * Tells what a cluster holds, at once and every five minutes, and what changes in between, until it is stopped. Starts
   * again by itself whatever breaks; never throws.
   */
  follow(cluster: string, hear: (news: News) => void): Following;
  /** What the bot may show of this cluster. */
  facts(cluster: string): Promise<ClusterFacts>;
  /** The ids of all clusters. */
  readonly ids: readonly string[];
}

/** What a condition sees of one cell and the moment (docs/policy.md, "Conditions"). */
export interface Question {
  /** `company` and `email` are `""` where there is none. */
  readonly asker: {
    readonly id: PersonId;
    readonly company: string;
    readonly guest: boolean;
    readonly email: string;
  };
  readonly target: {
    readonly cluster: string;
    readonly namespace: string;
    readonly profile: string;
    readonly clusterLabels: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly seconds: number;
  readonly tier: Tier;
  /** In the zone of `risk.hours`, or UTC; `epoch` in whole seconds. */
  readonly now: { readonly hour: number; readonly minute: number; readonly weekday: Weekday; readonly epoch: number };
}

/** The policy's expressions, compiled when it was read. Neither throws; both take a bounded time. */
export interface Conditions {
  /** Whether the condition holds; null where it cannot be evaluated, or was not among those that were compiled. */
  holds(expression: string, question: Question): boolean | null;
  /** Whether this is a ticket as a whole; false where the policy has no pattern. */
  matchesTicket(ticket: string): boolean;
}

/** A policy without faults, the hash of its files, and its expressions. */
export interface PolicyInForce {
  readonly policy: Policy;
  readonly hash: string;
  readonly conditions: Conditions;
}

/** The policy in force: null while there never was one that could be read. */
export interface PolicySource {
  current(): PolicyInForce | null;
}

/** This process's own clock for ends; it needs no store. */
export interface Alarms {
  /**
   * Rings once, so many milliseconds after this grant's end, or at once where that has passed. One that is set to ring
   * sooner for the same grant stays.
   */
  set(access: Access, afterMs: number): void;
  forget(grant: string): void;
}

export interface Clock {
  now(): Millis;
}

/** Ids and hashes, which pure code may not make. */
export interface Ids {
  /** Ten lower-case base32 characters from a seed that repeats when the same click is delivered twice. */
  requestId(seed: string): string;
  /** Short hash of what somebody was shown. */
  fingerprint(shown: string): string;
}

/** One method per thing that happened, for logs and counters. Never throws, never sees a secret. */
export interface Events {
  happened(what: string, fields: Readonly<Record<string, string | number | boolean | null>>): void;
  failed(what: string, fields: Readonly<Record<string, string | number | boolean | null>>, cause: unknown): void;
}
