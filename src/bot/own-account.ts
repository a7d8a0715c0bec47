import type { Authorize } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { pause } from "./deadline.ts";
import { isHopeless, sayError } from "./slack-client.ts";
import type { BotLog } from "./slack-log.ts";

const LONGEST_PAUSE_MS = 10_000;

/** Who we are in Slack, as auth.test says. */
interface OwnAccount {
  readonly team: string;
  readonly enterprise: string | null;
  readonly botId: string;
  readonly botUserId: string;
}

/** Asks Slack once who we are and remembers it, for Bolt and for telling outsiders apart. */
export function learnOwnAccount(slack: WebClient, log: BotLog) {
  let account: OwnAccount | null = null;
  const stopping = new AbortController();
  const known = (): OwnAccount => {
    if (account === null) throw new Error("the bot has not started: who it is in Slack is not known");
    return account;
  };
  const authorize: Authorize<boolean> = async () => {
    const { botId, botUserId } = known();
    return { botToken: slack.token ?? "", botId, botUserId };
  };
  return {
    home: known,
    authorize,
    stop: () => stopping.abort(),
    /** Tries until Slack answers. Throws when it refuses the token. */
    learn: async (): Promise<void> => {
      for (let tries = 1; !stopping.signal.aborted; tries++) {
        try {
          const told = await slack.auth.test();
          account = {
            team: told.team_id ?? "",
            enterprise: told.enterprise_id ?? null,
            botId: told.bot_id ?? "",
            botUserId: told.user_id ?? "",
          };
          return;
        } catch (cause) {
          if (isHopeless(cause)) throw cause;
          log.warn("slack does not answer; trying again", { tries, cause: sayError(cause) });
          await pause(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** (tries - 1)), stopping.signal);
        }
      }
    },
  };
}
