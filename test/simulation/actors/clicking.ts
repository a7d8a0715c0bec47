import { runIn } from "../core/machine.ts";
import type { Run } from "../core/run-state.ts";
import type { BotDesk } from "../processes/bot-process.ts";
import type { Fleet } from "../processes/fleet.ts";

/** People look at a form for so long before they try again. */
const NO_ANSWER_MS = 12_000;
const AGAIN_MS = 3_000;
const MOST_TRIES = 4;

/** How people reach Daypass: whichever bot takes their click. */
export interface Clicking {
  /**
   * Somebody clicks, and again where nothing comes back or they read "nothing was recorded". Returns what they were
   * answered in the end, null where they gave up.
   */
  click<T>(who: string, words: string, work: (bot: BotDesk) => Promise<T>): Promise<T | null>;
  wait(ms: number): Promise<void>;
}

/** Takes a run and its processes. */
export function createClicking(run: Run, fleet: Fleet): Clicking {
  const { timeline, tape, trace, count } = run;
  const wait = (ms: number) => new Promise<void>((resolve) => timeline.plan(ms, resolve, null));

  async function clickOnce<T>(work: (bot: BotDesk) => Promise<T>): Promise<{ answer: T } | "nothing" | Error> {
    const bot = fleet.bot(tape.below(4));
    if (bot === null) return "nothing";
    return new Promise((resolve) => {
      timeline.plan(NO_ANSWER_MS, () => resolve("nothing"), null);
      runIn(bot.machine, () => work(bot.desk)).then(
        (answer) => runIn(undefined, () => resolve({ answer })),
        (cause: Error) => resolve(cause),
      );
    });
  }
  return {
    wait,
    async click(who, words, work) {
      for (let tries = 1; tries <= MOST_TRIES; tries++) {
        trace.say(who, tries === 1 ? words : `${words} (again)`);
        const came = await clickOnce(work);
        if (came !== "nothing" && !(came instanceof Error)) {
          trace.say(who, `is answered: ${sayAnswer(came.answer)}`);
          return came.answer;
        }
        trace.say(who, came === "nothing" ? "sees nothing happen" : `reads: ${came.message}`);
        count.add("clicks that had to be repeated");
        await wait(AGAIN_MS);
      }
      return null;
    },
  };
}

function sayAnswer(answer: unknown): string {
  const one: unknown = Array.isArray(answer) ? answer[0] : answer;
  if (typeof one !== "object" || one === null) return String(one);
  if ("refused" in one) return `no (${one.refused})`;
  return "state" in one ? String(one.state) : "yes";
}
