import { SocketModeReceiver } from "@slack/bolt";
import { inTime, pause } from "./deadline.ts";
import type { Door } from "./door.ts";
import { clientOptions, isHopeless, type SlackPlace, sayError } from "./slack-client.ts";
import type { BotLog } from "./slack-log.ts";

const HELLO_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 10_000;
/** A connection that lasted this long was a good one: Slack's own refreshes come every few hours. */
const GOOD_AFTER_MS = 10_000;

interface SocketDoorParts {
  readonly appToken: string;
  readonly place: SlackPlace;
  readonly log: BotLog;
  /** Called once, when the connection can never come back. */
  readonly onLost: (cause: unknown) => void;
}

/**
 * Socket Mode, with reconnects of our own. socket-mode 3.1.0's loses a rejection when one fails for good
 * and stays away for 5 s or more at each of Slack's refreshes; here the next connection is asked for
 * at once, and a token that is refused is told to `onLost`.
 */
export function createSocketDoor({ appToken, place, log, onLost }: SocketDoorParts): Door {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: place.logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptions(place) },
  });
  const { client } = receiver;
  const stopping = new AbortController();

  /** Connects, resolves with how long the connection lasted. */
  const connectOnce = async (onHello: () => void): Promise<number> => {
    const lost = new Promise<void>((resolve) => client.once("disconnected", () => resolve()));
    const started = client.start();
    if ((await inTime(started, HELLO_TIMEOUT_MS)) === "late") {
      started.catch(() => undefined);
      await inTime(client.disconnect(), 1_000);
      throw new Error("Slack opened no connection in time");
    }
    const since = performance.now();
    if (stopping.signal.aborted) await inTime(client.disconnect(), 1_000);
    onHello();
    await lost;
    return performance.now() - since;
  };

  /** Connects once; returns how many times in a row it went wrong. */
  const take = async (onHello: () => void, failures: number): Promise<number> => {
    try {
      const lastedMs = await connectOnce(onHello);
      if (!stopping.signal.aborted) log.info("slack closed the connection", { lastedMs: Math.round(lastedMs) });
      return lastedMs >= GOOD_AFTER_MS ? 0 : failures + 1;
    } catch (cause) {
      if (isHopeless(cause)) throw cause;
      log.warn("no connection to slack; trying again", { failures: failures + 1, cause: sayError(cause) });
      return failures + 1;
    }
  };

  const stayConnected = async (onHello: () => void): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      failures = await take(onHello, failures);
      // After a good connection at once: every moment without one is a click that shows an error.
      if (failures > 0) await pause(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** (failures - 1)), stopping.signal);
    }
  };

  return {
    receiver: {
      init: (app) => receiver.init(app),
      start: () =>
        new Promise<void>((resolve, reject) => {
          let open = false;
          const onHello = () => {
            open = true;
            resolve();
          };
          stayConnected(onHello).then(resolve, (cause: unknown) => (open ? onLost(cause) : reject(cause)));
        }),
      stop: async () => {
        stopping.abort();
        await inTime(client.disconnect(), STOP_TIMEOUT_MS);
      },
    },
    port: () => null,
  };
}
