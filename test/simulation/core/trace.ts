import type { Call } from "../../fakes/gate.ts";
import type { Machine } from "./machine.ts";

/** What happened in a run, in words that need no knowledge of the code. Kept only where somebody will read it. */
export interface Trace {
  call(machine: Machine, call: Call, fate: string): void;
  /** What was sent long ago reaches its part. */
  arrived(machine: Machine, call: Call): void;
  say(who: string, words: string): void;
  readonly lines: readonly string[];
}

/** Keeps nothing, for the runs that nobody reads. */
export const noTrace: Trace = { call: () => {}, arrived: () => {}, say: () => {}, lines: [] };

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

/** Takes the moment at which the run begins and the time; returns a trace that keeps everything. */
export function createTrace(start: number, now: () => number): Trace {
  const lines: string[] = [];
  const write = (who: string, words: string) => lines.push(`${sayTime(now() - start)}  ${who.padEnd(9)} ${words}`);
  return {
    lines,
    call: ({ name }, { to, what }, fate) => void write(name, `→ ${to}: ${what}${FATE_WORDS[fate] ?? ` ** ${fate}`}`),
    arrived: ({ name }, { to, what }) => void write(name, `→ ${to}: ${what}  ** what was sent earlier arrives now`),
    say: (who, words) => void write(who, words),
  };
}

/** Takes milliseconds since the run began; returns them as hours, minutes, seconds and milliseconds. */
function sayTime(ms: number): string {
  const two = (count: number) => String(Math.floor(count)).padStart(2, "0");
  const [seconds, rest] = [ms / 1000, Math.floor(ms % 1000)];
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${String(rest).padStart(3, "0")}`;
}
