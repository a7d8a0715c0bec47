import type { DeliveryAnswer, DeliveryDesk, DeliveryRequest } from "../../src/workflows/delivery-ports.ts";
import type { Millis } from "../../src/workflows/person.ts";
import type { Clock } from "../../src/workflows/ports.ts";
import type { DeliveryCounter } from "../../src/workflows/telling.ts";

/** A job that the worker would get: to deliver, or to check 45 s later. */
export type DeskJob =
  | { readonly name: "deliver"; readonly id: string }
  | { readonly name: "check"; readonly id: string; readonly grant: string; readonly n: number; readonly at: Millis };

/** Both sides of one desk in memory, and what the worker would be woken for. */
export interface MemoryDesk {
  readonly desk: DeliveryDesk;
  readonly counter: DeliveryCounter;
  readonly jobs: readonly DeskJob[];
}

/** Takes the clock, by which requests and answers are forgotten as they would be in Redis. */
export function createMemoryDesk(clock: Clock): MemoryDesk {
  const requests = new Map<string, { request: DeliveryRequest; until: Millis }>();
  const answers = new Map<string, { answer: DeliveryAnswer; until: Millis }>();
  const waiting = new Map<string, (answer: DeliveryAnswer) => void>();
  const received = new Set<string>();
  const jobs: DeskJob[] = [];
  const asked = new Set<string>();
  return {
    jobs,
    desk: {
      load: async (id) => {
        const known = requests.get(id);
        return known !== undefined && clock.now() < known.until ? structuredClone(known.request) : null;
      },
      answer: async (id, answer) => {
        requests.delete(id);
        const reader = waiting.get(id);
        if (reader !== undefined) reader(structuredClone(answer));
        else answers.set(id, { answer: structuredClone(answer), until: clock.now() + 30_000 });
      },
      received: async (id, n) => received.has(`${id} ${n}`),
      checkLater: async (check) => {
        jobs.push({ name: "check", ...check, at: clock.now() + 45_000 });
      },
      checkNow: async (check) => {
        const name = `${check.id} ${check.n}`;
        if (!asked.has(name)) jobs.push({ name: "check", ...check, at: clock.now() });
        asked.add(name);
      },
    },
    counter: {
      ask: async (request) => {
        requests.set(request.id, { request: structuredClone(request), until: clock.now() + 90_000 });
        jobs.push({ name: "deliver", id: request.id });
      },
      answer: async (id, timeoutMs) => {
        const left = answers.get(id);
        answers.delete(id);
        if (left !== undefined && clock.now() < left.until) return left.answer;
        return new Promise((resolve) => {
          const giveUp = setTimeout(() => settle(null), timeoutMs);
          const settle = (answer: DeliveryAnswer | null) => {
            clearTimeout(giveUp);
            waiting.delete(id);
            resolve(answer);
          };
          waiting.set(id, settle);
        });
      },
      received: async (id, n) => {
        received.add(`${id} ${n}`);
      },
    },
  };
}
