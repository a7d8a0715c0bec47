/** What goes into a judgement, and what comes out of it (judge.ts). */
import type { Grant } from "./grant.ts";
import type { History } from "./history.ts";
import type { Millis } from "./person.ts";
import type { ClusterFacts } from "./ports.ts";
import type { Needs, PendingRequest, Target } from "./request.ts";

/** One thing a person may ask for: a profile, by one rule. Conditions are not judged yet. */
export interface OfferedPass {
  readonly cluster: string;
  /** Those that are open now, in order of the alphabet; none while nothing is known of the cluster. */
  readonly namespaces: readonly string[];
  readonly profile: string;
  readonly words: string;
  readonly can: string;
  readonly cannot: string;
  readonly maxDurationSeconds: number;
  /** The groups that decide, in order of the alphabet. */
  readonly approvers: readonly string[];
  /** By the rule alone: the tier may ask for more. */
  readonly quorum: number;
  readonly ticket: boolean;
  readonly rule: string;
  /** The condition in words; null where there is none. */
  readonly whenWords: string | null;
}

/** What somebody asked for, as they put it. */
export interface Wish {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
  readonly duration: string;
  readonly reason: string;
  /** As written; null or blank where none was given. */
  readonly ticket: string | null;
  /** When it is to begin; null: as soon as it is decided. */
  readonly startsAt: Millis | null;
}

/** What is known around a request when it is judged. */
export interface Around {
  /** What the worker published of a cluster (the target's, and those of the passes held); null while it has not. */
  readonly factsOf: (cluster: string) => ClusterFacts | null;
  /** The asker's; null where there is none yet. */
  readonly history: History | null;
  /** The asker's passes that are not proven over, apart from what this request itself has become. */
  readonly held: readonly Grant[];
  /** The asker's requests that wait for an answer, without the one that is judged. */
  readonly open: readonly PendingRequest[];
  /** The same of all people of the asker's company, theirs included; 0 for an employee. */
  readonly companyPasses: number;
  /** How often the asker gave this very reason before: see `plainWords` and `timesSaid`. */
  readonly said: number;
}

/** A wish the policy allows. */
export interface Allowed {
  readonly target: Target;
  readonly durationSeconds: number;
  readonly reason: string;
  readonly ticket: string | null;
  readonly startsAt: Millis | null;
  readonly needs: Needs;
  /** The groups that decide or, in an emergency, are told; in order of the alphabet. */
  readonly approvers: readonly string[];
  /** Where the card stands: the channel of the first of them. */
  readonly channel: string;
  /** Nobody needs to say yes: the policy does (or, in an emergency, the asker themself). */
  readonly auto: boolean;
}
