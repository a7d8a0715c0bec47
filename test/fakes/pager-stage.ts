import { createPager, type DebtPager } from "../../src/jobs/pager.ts";
import type { Debt } from "../../src/workflows/ending-ports.ts";
import { createPageReceiver, type PageReceiver } from "./page-receiver.ts";
import { createRecordedEvents, type RecordedEvents } from "./recorded-events.ts";

/** When every sample debt should have ended. */
export const NOON = Date.UTC(2026, 5, 1, 12);
export const KEY = "0123456789abcdef0123456789abcdef";
/** A pause of this length ends by its signal alone. */
const IDLE_MS = 2 ** 31 - 1;

/** A pager and a receiver for it; the pager's waits take no time, but its clock moves on by them. */
export interface PagerStage extends AsyncDisposable {
  readonly receiver: PageReceiver;
  readonly pager: DebtPager;
  readonly events: RecordedEvents;
  /** How long the pager would have waited, in order. */
  readonly pauses: readonly number[];
  /** Moves the pager's clock on. */
  pass(ms: number): void;
  /** What came, such as `trigger abcdefghij`. */
  said(): readonly string[];
  /** Resolves when all was said: a further page went through after it. */
  saidAll(): Promise<void>;
}

/** Takes a grant's id and what differs; returns an ending that is overdue since noon. */
export function sampleDebt(grant: string, more: Partial<Debt> = {}): Debt {
  return { grant, cluster: "prod", since: NOON, words: "prod does not answer (ECONNREFUSED)", ...more };
}

/** Returns a stage at a minute past noon. */
export async function createPagerStage(): Promise<PagerStage> {
  const [receiver, events, pauses] = [await createPageReceiver(), createRecordedEvents(), Array.of<number>()];
  let time = 0;
  const pager = createPager({
    page: { url: receiver.url, key: KEY },
    ...{ now: () => NOON + 60_000, events },
    waiting: {
      clock: () => time,
      pause: async (ms, signal) => {
        if (ms >= IDLE_MS) return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
        pauses.push(ms);
        time += ms;
      },
    },
  });
  const said = () =>
    receiver.posts.map(
      ({ event_action: action, dedup_key: key }) => `${action} ${key.slice("daypass-overdue-".length)}`,
    );
  return {
    ...{ receiver, pager, events, pauses, said },
    pass: (ms) => {
      time += ms;
    },
    saidAll: async () => {
      const count = receiver.posts.length;
      pager.overdue(sampleDebt("thelastone"));
      while (!said().slice(count).includes("trigger thelastone")) await receiver.came(receiver.posts.length + 1);
    },
    [Symbol.asyncDispose]: async () => {
      await pager.close();
      await receiver[Symbol.asyncDispose]();
    },
  };
}
