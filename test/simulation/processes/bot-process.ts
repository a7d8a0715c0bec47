import { hashedIds } from "../../../src/ids.ts";
import { createServerClock } from "../../../src/jobs/server-clock.ts";
import type { Desk } from "../../../src/workflows/desk.ts";
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { Events, PolicySource } from "../../../src/workflows/ports.ts";
import type { DeliveryCounter, Notifier } from "../../../src/workflows/telling.ts";
import type { BotLines } from "./lines.ts";

/** As in src/bot/rounds.ts. */
const PEOPLE_EVERY_MS = 60_000;

/** What people's clicks are answered with. */
export interface BotDesk {
  readonly desk: Desk;
  readonly counter: DeliveryCounter;
}

export interface BotProcess {
  readonly lines: BotLines;
  readonly events: Events;
  readonly policy: PolicySource;
  /** Makes the one who says things in Slack. */
  readonly notifier: (desk: Desk) => Notifier;
  /** Everybody as Slack has them now. */
  readonly readPeople: () => readonly PersonRecord[];
}

/** Starts a bot as `runBot` in src/main.ts does, but for Slack itself. Resolves when it answers clicks. */
export async function startBotProcess(parts: BotProcess): Promise<BotDesk> {
  const { lines, events, policy } = parts;
  const clock = createServerClock();
  const health = await lines.health({ clock, events });
  const desk: Desk = {
    ...{ clock, events, policy, ids: hashedIds, caution: health.caution, people: lines.people, facts: lines.facts },
    store: lines.store({ clock, replicas: health.replicas }),
    waker: lines.waker(clock),
  };
  lines.startOutbox({ notifier: parts.notifier(desk), events });
  void readAgainAndAgain(parts);
  return { desk, counter: lines.counter };
}

async function readAgainAndAgain({ lines, events, readPeople }: BotProcess): Promise<never> {
  for (;;) {
    try {
      for (const record of readPeople()) await lines.people.save(record);
    } catch (cause) {
      events.failed("people were not read anew", {}, cause);
    }
    await new Promise((resolve) => setTimeout(resolve, PEOPLE_EVERY_MS));
  }
}
