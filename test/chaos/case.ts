import type { Lane } from "./lane.ts";
import type { Play } from "./people.ts";
import type { Records } from "./records.ts";

/** One thing that goes wrong in one pass's life, and what may come of it. */
export interface Case {
  readonly name: string;
  readonly group: "kill" | "freeze" | "random" | "fault" | "control";
  /** The point of a grant's life that it strikes at; null where it does not strike at one. */
  readonly point: string | null;
  readonly replicas: 1 | 2;
  /** How long the pass lasts. */
  readonly seconds: number;
  /** Access may last so long past its end. */
  readonly boundMs: number;
  /** From when all is well again until all is done and told. */
  readonly settleMs: number;
  readonly allows: Allowed;
  /** Makes it go wrong; resolves when all is well again. */
  readonly act: (stage: CaseStage) => Promise<void>;
  /** What people do, where it is not one pass from asking to the kubeconfig. */
  readonly play?: (play: Play) => Promise<void>;
}

/** What is no violation in this case, since it cannot be otherwise; docs/testing-chaos.md says why. */
export interface Allowed {
  /** So many times what Slack took may be told again, its place not being written down, though no process died. */
  readonly unkept?: number;
  /** Words may be missing, or be told anew: what they were made from, and where they stand, is gone. */
  readonly lostWords?: boolean;
  /** Access may end before its end, with a reason that people are told. */
  readonly early?: boolean;
  /** The request itself may be lost: people are told that nothing is known of it, or ask anew. */
  readonly lostRequest?: boolean;
  /** Somebody else may deny it first. */
  readonly denied?: boolean;
  /** People are refused, and told so, as long as it lasts. */
  readonly refused?: boolean;
}

/** What a case acts on. */
export interface CaseStage {
  readonly lane: Lane;
  readonly replicas: 1 | 2;
  readonly records: Records;
  /** Aborted when there is nothing more that a case could wait for. */
  readonly over: AbortSignal;
  say(words: string): void;
  /** Says what is a violation by itself, such as a process that does not end when it is told to. */
  blame(words: string): void;
}

/** Everything of the harness that can take access back later than this is not at work: P1, and the worker's own bounds. */
export const BOUNDS = {
  /** A worker whose alarm is set lives: promise P1. */
  alarm: 1_000,
  /** A worker that heard of the grant by its cluster lives (docs/decisions/0007). */
  heard: 2_000,
  /** No worker lives, or it comes back after the end: timer Job, sweep (docs/decisions/0007). */
  timer: 15_000,
} as const;

/** "A worker that comes back ends and reports the rest within about 20 s" (docs/operating.md), and leases run out. */
export const SETTLE_MS = 25_000;
