import type { Call } from "../../fakes/gate.ts";
import type { Machine } from "./machine.ts";

/** What happened in a run, in words that need no knowledge of the code. Kept only where somebody will read it. */
export interface Trace {
  call(machine: Machine, call: Call, fate: string): void;
  /** A call had its effect: what came of it is said where that decides what follows. */
  answered(call: Call, answer: unknown): void;
  /** What was sent long ago reaches its part. */
  arrived(machine: Machine, call: Call): void;
  say(who: string, words: string): void;
  readonly lines: readonly string[];
}

/** Keeps nothing, for the runs that nobody reads. */
export const noTrace: Trace = { call: () => {}, answered: () => {}, arrived: () => {}, say: () => {}, lines: [] };

/** Fates in the words of a trace. */
const FATE_WORDS: Readonly<Record<string, string>> = {
  now: "",
  "late answer": "  ** its answer comes late",
  "late effect": "  ** was under way for a while",
  "answer lost": "  ** done, and the answer is LOST",
  refused: "  ** NOT done: the line broke",
  "timed out, done later": "  ** TIMED OUT; it will be done later all the same",
  "crash before": "  ** the process DIES right before it",
  "crash after": "  ** done, and the process DIES right after it",
  "crash, done later": "  ** sent, and the process DIES; it will be done later",
  silent: "  ** no answer: this part is SILENT now",
  throttling: "  ** 429: it is to come again later",
  refusing: "  ** REFUSED: this part is in trouble now",
};

/** By which the oracle's line is known. */
const SEEN = "oracle    !! ";
/** What goes on all the time, and is no part of any story unless it fails. */
const IDLE: ReadonlySet<string> = new Set(
  "bzpopmin xread renewLease extendLock takeStalledJobs info config time".split(" "),
);
/** Its answer, saved or raced, is what a story turns on. */
const COMMIT = "commitDaypass";
/** A random id, of which the beginning tells it from others. */
const LONG_ID = /([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Takes the moment at which the run begins and the time; returns a trace that keeps everything. */
export function createTrace(start: number, now: () => number): Trace {
  const lines: string[] = [];
  const commits = new WeakMap<Call, number>();
  const write = (who: string, words: string) => lines.push(`${sayTime(now() - start)}  ${who.padEnd(9)} ${words}`);
  const writeCall = ({ name }: Machine, call: Call, words: string) => {
    const what = call.what.replace(LONG_ID, "$1…");
    if (what.startsWith(COMMIT)) commits.set(call, lines.length);
    write(name, `→ ${call.to}: ${what}${words}`);
  };
  return {
    lines,
    call: (machine, call, fate) => {
      if (fate === "now" && IDLE.has(call.what.split(" ")[0] ?? "")) return;
      writeCall(machine, call, FATE_WORDS[fate] ?? ` ** ${fate}`);
    },
    answered: (call, answer) => {
      const at = commits.get(call);
      if (at !== undefined) lines[at] = `${lines[at]}  = ${answer}`;
    },
    arrived: (machine, call) => writeCall(machine, call, "  ** what was sent earlier arrives now"),
    say: (who, words) => void write(who, words),
  };
}

/** Takes the lines of a trace; returns them up to what may not be, with which its story ends. */
export function untilViolation(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => line.includes(SEEN));
  return at < 0 ? lines : lines.slice(0, at + 1);
}

/** Takes milliseconds since the run began; returns them as hours, minutes, seconds and milliseconds. */
function sayTime(ms: number): string {
  const two = (count: number) => String(Math.floor(count)).padStart(2, "0");
  const [seconds, rest] = [ms / 1000, Math.floor(ms % 1000)];
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${String(rest).padStart(3, "0")}`;
}
