import type { WebClient } from "@slack/web-api";
import type { Desk } from "../workflows/desk.ts";
import type { DeliveryCounter } from "../workflows/telling.ts";
import type { EndingProgress } from "./ending-progress.ts";
import type { Names } from "./messages.ts";
import type { SlackDirectory } from "./slack-directory.ts";
import type { BotLog } from "./slack-log.ts";
import type { SlackNotifier } from "./slack-notifier.ts";

/** What the files that answer people stand on. */
export interface BotParts {
  readonly desk: Desk;
  readonly counter: DeliveryCounter;
  /** For what follows a click: forms. */
  readonly slack: WebClient;
  readonly directory: SlackDirectory;
  readonly notifier: SlackNotifier;
  readonly progress: EndingProgress;
  readonly log: BotLog;
}

/** Takes the parts; returns the policy in force, or null while it cannot be read. */
export function namesOf({ desk }: Pick<BotParts, "desk">): Names {
  return desk.policy.current()?.policy ?? null;
}
