import type { Lane } from "./lane.ts";
import type { Play, Played } from "./people.ts";
import type { Records } from "./records.ts";

/** One thing that goes wrong in one pass's life, and what may come of it. */
export interface Case {
  readonly name: string;
  readonly group: "kill" | "freeze" | "random" | "fault" | "early" | "control";
  /** The point of a grant's life that it strikes at; null where it does not strike at one. */
  readonly point: string | null;
  readonly replicas: 1 | 2;
  /** How long the pass lasts. */
  readonly seconds: number;
  /** Access may last so long past its end. */
  readonly boundMs: number;
  /** What somebody ends early may last so long past the answered press, see EARLY; absent where nobody does. */
  readonly early?: Early;
  /** How many kubeconfigs its grantee asks for; 1 where it is not said. */
  readonly kubeconfigs?: 2;
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
  /**
   * Redis was flushed. `rebuilt`: with time enough that its record is rebuilt, on-call reads of it, and its grantee gets
   * a new kubeconfig. `gone`: so late that the cluster alone may know of the end.
   */
  readonly forgotten?: "rebuilt" | "gone";
  /** Access may end before its end, with a reason that people are told. */
  readonly early?: boolean;
  /** Somebody else may deny it first. */
  readonly denied?: boolean;
  /**
   * People may be refused, and must read why. `meanwhile`: as long as it lasts nothing may be granted. `or granted`: what
   * was asked for is granted in the end, or somebody reads why not.
   */
  readonly refused?: "meanwhile" | "or granted";
}

/** What a case acts on. */
export interface CaseStage {
  readonly lane: Lane;
  readonly replicas: 1 | 2;
  readonly records: Records;
  /** Aborted when there is nothing more that a case could wait for. */
  readonly over: AbortSignal;
  /** Resolves right before somebody first presses what ends it early; also when all is over. */
  readonly pressing: Promise<void>;
  /** What people did so far. */
  readonly played: Played;
  /** Says what shows that the case broke what it is about. A case that shows nothing was not met. */
  hit(words: string): void;
  /** Between these moments nothing may be granted. */
  forbid(from: number, to: number): void;
  /** Redis was flushed now, while these rows of the ledger were not drained (by what they say). */
  flushed(undrained: readonly string[]): void;
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

/** How long what was ended early may last: a while after the answered press, or after all is well again where that is later. */
export interface Early {
  readonly ms: number;
  readonly from: "press" | "healed";
}

/** Invariant I8 (docs/testing.md). */
export const EARLY = {
  health: { ms: 2_000, from: "press" },
  /** What is being made meanwhile is taken back when its maker has its answer. */
  healthOnceMade: { ms: 2_000, from: "healed" },
  trouble: { ms: 15_000, from: "healed" },
} as const satisfies Record<string, Early>;

/** "A worker that comes back ends and reports the rest within about 20 s" (docs/operating.md), and leases run out. */
export const SETTLE_MS = 25_000;
