import type { Call, Gate } from "../../fakes/gate.ts";
import type { Climate } from "./climate.ts";
import type { Count } from "./count.ts";
import type { Machine } from "./machine.ts";
import type { Tape } from "./tape.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";
import type { Weather } from "./weather.ts";

/** All that one run stands on. */
export interface Run {
  readonly tape: Tape;
  readonly timeline: Timeline;
  readonly climate: Climate;
  readonly weather: Weather;
  readonly trace: Trace;
  readonly count: Count;
  /** How long the client that makes such a call has to wait for its answer, in milliseconds. */
  patienceMs(call: Call): number;
  /** Kills a process between two of its awaits; what becomes of it then is the run's to choose. */
  crash(machine: Machine): void;
  /** Something in the world may have changed: time to look at the invariants. */
  effectDone(call: Call): void;
  /** A call met a fault, which delays what its caller does by so much. */
  faultDone(part: string, lastsMs: number): void;
  /** Calls when all is to be mended. */
  whenHealing(work: () => void): void;
  isHealing(): boolean;
  /** What a call passes that the running process makes. */
  gateOfCaller(): Gate;
}

/** The world was seen in a state in which it may never be. */
export class Violation extends Error {
  override readonly name = "Violation";
  /** Such as `I3`. */
  readonly invariant: string;

  constructor(invariant: string, words: string) {
    super(words);
    this.invariant = invariant;
  }
}
