import type { PolicySource } from "../workflows/ports.ts";
import { createRequestsMessage, type RequestsMessageParts } from "./requests-message.ts";
import { sayError } from "./slack-client.ts";
import type { SlackDirectory } from "./slack-directory.ts";
import type { BotLog } from "./slack-log.ts";

/** Often enough that the worker's five minutes for a record never run out. */
const PEOPLE_EVERY_MS = 60_000;
/** How often the requests channel is thought of; longer than a post may take. */
const MESSAGE_EVERY_MS = 10_000;

interface RoundsParts extends RequestsMessageParts {
  readonly directory: SlackDirectory;
  readonly policy: PolicySource;
  readonly log: BotLog;
}

/** What the bot does again and again without being asked. */
export function createRounds(parts: RoundsParts): { start(): void; stop(): void } {
  const { directory, policy, log } = parts;
  const message = createRequestsMessage(parts);
  const placeMessage = async () => {
    const channel = policy.current()?.policy.slack.requestsChannel;
    if (channel !== undefined) await message.tend(channel);
  };
  const rounds = [
    createRound(directory.refreshPeople, PEOPLE_EVERY_MS, (cause) => log.warn("people were not read anew", { cause })),
    createRound(placeMessage, MESSAGE_EVERY_MS, (cause) =>
      log.warn("the message in the requests channel could not be placed: is the app in it?", { cause }),
    ),
  ];
  return {
    start: () => {
      for (const round of rounds) round.start();
    },
    stop: () => {
      for (const round of rounds) round.stop();
    },
  };
}

/** Does its work at once and then at its pace, never twice at a time. The same trouble is reported once in a row. */
function createRound(work: () => Promise<void>, everyMs: number, report: (cause: string) => void) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let trouble: string | null = null;
  const turn = async () => {
    try {
      await work();
      trouble = null;
    } catch (cause) {
      const said = sayError(cause);
      if (said !== trouble) report(said);
      trouble = said;
    }
    if (!stopped) timer = setTimeout(start, everyMs);
  };
  const start = () => {
    turn().catch(() => undefined);
  };
  return {
    start,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
