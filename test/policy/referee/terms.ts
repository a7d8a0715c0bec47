/**
 * A second judge of the policy, written from docs/policy.md and from nothing else, so that one misreading does not stand
 * in both. It takes its time: it tries everything rather than being clever.
 */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape, Tier } from "../../../src/workflows/policy-schema.ts";
import type { ClusterFacts, Question } from "../../../src/workflows/ports.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";

/** The law and how its expressions are read. */
export interface Law {
  readonly policy: PolicyShape;
  /** Whether a condition holds; null where that cannot be told. */
  readonly holds: (when: string, question: Question) => boolean | null;
  readonly isTicket: (text: string) => boolean;
}

/** One pass that somebody holds, as far as separation asks. */
export interface HeldPass {
  readonly cluster: string;
  readonly profile: string;
  readonly namespaces: readonly string[];
  /** It ends, and that it is over is not proven yet. */
  readonly isEnding: boolean;
}

/** One request of somebody's that waits. */
export interface Waiting extends HeldPass {
  /** Another account asked for it, whose id was theirs then. */
  readonly isLeftBehind?: boolean;
}

/** What is so while it is judged. */
export interface World {
  readonly now: number;
  /** When a pass begins that was decided; absent before: then at its start, or now. */
  readonly begins?: number;
  readonly factsOf: (cluster: string) => ClusterFacts | null;
  /** Passes of the asker that are made, in use, or not proven over, and the cells of their requests that wait. */
  readonly held: readonly HeldPass[];
  readonly open: readonly Waiting[];
  /** Passes of everybody of the asker's company. */
  readonly companyPasses: number;
  /** How the asker's last ten passes ended. */
  readonly outcomes: readonly string[];
  /** When each review that the asker's passes owe is due. */
  readonly reviewsDue: readonly number[];
  /** How often the asker wrote this very reason before. */
  readonly timesSaid: number;
}

/** What is asked for. */
export interface Ask {
  readonly by: PersonRecord;
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
  readonly seconds: number;
  readonly reason: string;
  readonly ticket: string | null;
  readonly startsAt: number | null;
}

/** What a request needs, as the document has it. */
export interface Demands {
  readonly quorum: number;
  readonly differentGroups: boolean;
  readonly notSameCompany: boolean;
  readonly stepUp: boolean;
  readonly ticket: boolean;
  readonly seconds: number;
  readonly tier: Tier;
  readonly rules: readonly string[];
  readonly groups: readonly string[];
  readonly byItself: boolean;
}

/** What holds of who decides from when it was asked for on, whatever the policy says later. */
export interface Posted extends Pick<Demands, "groups" | "notSameCompany"> {
  /** Those who were of the asker's company when it was asked for, where they were not to decide then. */
  readonly barred: readonly string[];
  /** The Slack keys that they had then. */
  readonly barredAccounts: readonly string[];
  /** The Slack key of the account that asked. */
  readonly account: string;
}

/** Everything that speaks against it: the document says what is refused, and not which reason is said first. */
export type Against = ReadonlySet<RefusalCode>;

/** What it needs, and all that speaks against it: it is allowed where nothing does. */
export interface Ruling {
  readonly demands: Demands;
  readonly against: Against;
}

/** The least that is ever lent, in seconds ("Approve for less", "The start"). */
export const LEAST = 10;
