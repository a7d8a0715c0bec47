import type { Telling } from "../workflows/ports.ts";
import type { Told } from "../workflows/telling.ts";
import { isPassing, sayError, slackTrouble } from "./slack-client.ts";
import type { BotLog } from "./slack-log.ts";

const SILENT_AGAIN_MS = 2_000;
/** What only a person can mend is tried again at this pace: slow enough to harm nothing, soon enough after the mending. */
const MENDING_AGAIN_MS = 30_000;

/** Slack's words for a channel that somebody has to let us into, with what to do. */
const SHUT_OUT: Readonly<Record<string, string>> = {
  not_in_channel: "invite the app to the channel",
  channel_not_found:
    "invite the app to the channel (a private one looks missing from outside), or correct the policy's channel id",
  is_archived: "unarchive the channel, or name another one in the policy",
  restricted_action: "let the app post in the channel",
  restricted_action_read_only_channel: "let the app post in the channel",
};

/** Slack's words for a person who cannot be written to. */
const UNREACHABLE = new Set([
  "user_not_found",
  "users_not_found",
  "user_disabled",
  "user_not_visible",
  "cannot_dm_bot",
]);

/** Slack's words for a message that it will take at no time: a fault of ours. */
const UNSENDABLE = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_arguments",
  "msg_too_long",
  "no_text",
  "msg_blocks_too_long",
]);

/** What was to be told can never be. */
export class NeverTold extends Error {
  override readonly name = "NeverTold";
}

/**
 * Takes what went wrong and what was to be told; returns when to try again, or why never. What is not Slack's trouble
 * is thrown: the outbox tries that again, too.
 */
export function toldFrom(cause: unknown, telling: Telling, log: BotLog): Told {
  if (cause instanceof NeverTold) return { told: false, never: cause.message };
  const trouble = slackTrouble(cause);
  if (trouble === null) throw cause;
  const fields = { key: telling.key, lane: telling.lane, cause: sayError(cause) };
  if (trouble.kind === "limited") return { told: false, retryAfterMs: trouble.retryAfterMs };
  if (trouble.kind === "silent" || isPassing(trouble.error)) {
    log.warn("slack did not take a message; trying again", fields);
    return { told: false, retryAfterMs: SILENT_AGAIN_MS };
  }
  if (UNREACHABLE.has(trouble.error)) return { told: false, never: `slack: ${trouble.error}` };
  if (UNSENDABLE.has(trouble.error)) {
    log.error("slack refuses a message of ours as it is; it is left out", fields);
    return { told: false, never: `slack: ${trouble.error}` };
  }
  const todo = SHUT_OUT[trouble.error] ?? "see what slack's word means; nothing is lost meanwhile";
  log.error("slack lets a message wait until somebody acts", { ...fields, todo });
  return { told: false, retryAfterMs: MENDING_AGAIN_MS };
}
