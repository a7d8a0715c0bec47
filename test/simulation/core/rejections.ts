/** P7: a rejection that nobody handles would end a real process, and with it all that it had yet to end. */
import { setImmediate } from "node:timers";
import { Violation } from "./run-state.ts";

let died: Violation | null = null;

/** To be called once in a process that simulates: from then on rejections that nobody handles are kept. */
export function watchRejections(): void {
  process.on("unhandledRejection", (cause) => {
    died ??= new Violation("P7", `a process would have died of a rejection that nobody handles: ${String(cause)}`);
  });
}

/** Resolves with the first rejection since it was asked last that nobody handled, or null. */
export async function takeRejection(): Promise<Violation | null> {
  // What was rejected is known when the queue of ticks is empty.
  await new Promise(setImmediate);
  const taken = died;
  died = null;
  return taken;
}
