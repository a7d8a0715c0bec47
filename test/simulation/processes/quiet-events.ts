import type { Events } from "../../../src/workflows/ports.ts";
import type { Machine } from "../core/machine.ts";
import { type Run, Violation } from "../core/run-state.ts";

/** How every token of a cluster in memory begins. */
export const TOKEN = "eyJhbGciOiJub25lIn0";

/** Takes a run and who hears of a token in the log (I11); returns what makes a process's log, written to the trace. */
export function createQuietEvents(
  run: Run,
  oracle: { leaked(violation: Violation): void },
): (machine: Machine) => Events {
  const expectNoToken = (where: string, text: string) => {
    if (text.includes(TOKEN)) oracle.leaked(new Violation("I11", `a token stands in ${where}: ${text}`));
  };
  return ({ name }) => ({
    happened: (what, fields) => {
      expectNoToken("the log", JSON.stringify(fields));
      run.trace.say(name, `log: ${what} ${JSON.stringify(fields)}`);
    },
    failed: (what, fields, cause) => {
      const words = cause instanceof Error ? cause.message : String(cause);
      const line = `${what} ${JSON.stringify(fields)}: ${words}`;
      expectNoToken("the log", line);
      run.trace.say(name, `log: ${line}`);
    },
  });
}
