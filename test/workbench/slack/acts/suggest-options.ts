import { deliver } from "../delivery.ts";
import type { Placed } from "../elements-of.ts";
import { type Option, suggestions } from "../limits/composition.ts";
import { slackMessages } from "../limits/slack-messages.ts";
import { blockSuggestionPayload, type Place } from "../payloads.ts";
import type { Slack } from "../slack.ts";
import { NotPossible } from "../slack-error.ts";
import type { Plain } from "../state-values.ts";
import { placeKey } from "../views.ts";
import { actingPerson } from "./person-here.ts";

/** Slack's default for min_query_length. */
const usualQueryLength = 3;

/** Asks the app what an external select offers for what was typed. */
export async function suggestOptions(
  slack: Slack,
  user: string,
  place: Place,
  placed: Placed,
  query: string,
): Promise<{ acked: boolean; options: Option[]; toast?: string }> {
  const { element, blockId, actionId } = placed;
  if (element.type !== "external_select" && element.type !== "multi_external_select") {
    throw new NotPossible(`${actionId} does not ask the app for options`);
  }
  const needed = element.min_query_length ?? usualQueryLength;
  if (query.length < needed) throw new NotPossible(`${actionId} asks the app from ${needed} characters on`);
  const person = actingPerson(slack, user);
  const payload = blockSuggestionPayload(slack, person, place, { blockId, actionId, query });
  const ack = await deliver(slack, { type: "interactive", payload, takesAnswer: true }, actionId, user);
  const failed = { acked: ack.acked, options: [], toast: "Result failed to load." };
  if (!ack.acked) return failed;
  const parsed = suggestions.safeParse(ack.answer);
  if (!parsed.success) {
    slack.records.slip("rejected", `options of ${actionId}`, slackMessages(parsed.error, "").join(" "));
    return failed;
  }
  const options =
    "options" in parsed.data ? parsed.data.options : parsed.data.option_groups.flatMap((group) => group.options);
  if ("view" in place) place.view.suggested.set(placeKey(blockId, actionId), options);
  return { acked: true, options };
}

/** The options among which `plain` is picked: those shown last, else what the app offers when `plain` is typed. */
export async function optionsFor(
  slack: Slack,
  user: string,
  place: Place,
  placed: Placed,
  plain: Plain,
): Promise<Option[]> {
  if (placed.element.type !== "external_select" && placed.element.type !== "multi_external_select") return [];
  if (plain === null) return [];
  const wanted = Array.isArray(plain) ? plain : [String(plain)];
  const shown = "view" in place ? (place.view.suggested.get(placeKey(placed.blockId, placed.actionId)) ?? []) : [];
  if (wanted.every((value) => shown.some((option) => option.value === value || option.text.text === value))) {
    return shown;
  }
  const offered = await Promise.all(wanted.map((value) => suggestOptions(slack, user, place, placed, value)));
  return offered.flatMap((one) => one.options);
}
