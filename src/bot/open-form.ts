import type { ModalView } from "@slack/types";
import { FORM_TOO_LATE } from "./messages/entry.ts";
import { SLACK_SILENT } from "./messages.ts";
import type { BotParts } from "./parts.ts";
import type { Sentence } from "./sentences.ts";
import { sayError, slackTrouble } from "./slack-client.ts";

/**
 * Takes a click's trigger, a form, and how to say a sentence to that person; opens the form and returns its view's id,
 * or says why it did not open and returns null. Slack lets a form open within 3 s of the click, once.
 */
export async function openForm(
  { slack, log }: BotParts,
  trigger: string,
  view: ModalView,
  say: (no: Sentence) => Promise<unknown>,
): Promise<string | null> {
  try {
    const opened = await slack.views.open({ trigger_id: trigger, view });
    return opened.view?.id ?? null;
  } catch (cause) {
    const trouble = slackTrouble(cause);
    if (trouble === null) throw cause;
    log.warn("a form did not open", { cause: sayError(cause) });
    await say(trouble.kind === "refused" && trouble.error.includes("trigger") ? FORM_TOO_LATE : SLACK_SILENT);
    return null;
  }
}
