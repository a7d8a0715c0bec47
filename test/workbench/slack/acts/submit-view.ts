import { z } from "zod";
import { deliver } from "../delivery.ts";
import { elementsOf, type Placed } from "../elements-of.ts";
import { viewClosedPayload, viewSubmissionPayload } from "../payloads.ts";
import type { Slack } from "../slack.ts";
import { NotPossible, SlackError } from "../slack-error.ts";
import { initialValue, isEmpty, type Plain, stateValue } from "../state-values.ts";
import { placeKey, type View } from "../views.ts";
import { checkView } from "../web-api/views.ts";
import { type Outcome, outcomeOf, troubleText } from "./outcome.ts";
import { actingPerson } from "./person-here.ts";
import { optionsFor } from "./suggest-options.ts";

/** What a person enters, by block id (or by action id, where a block holds several elements). */
export type Values = Record<string, Plain>;

/** The modal on top of a person's stack. */
export function topView(slack: Slack, user: string, id?: string): View {
  const top = slack.views.stack(user).at(-1);
  if (!top) throw new NotPossible(`${user} has no modal open`);
  if (id !== undefined && top.id !== id) throw new NotPossible(`${id} is not the modal on top, ${top.id} is`);
  return top;
}

/** Enters values into a view without sending anything. */
export async function fillView(slack: Slack, user: string, view: View, values: Values): Promise<void> {
  const places = elementsOf(view.view.blocks);
  for (const [key, plain] of Object.entries(values)) {
    const placed = places.find((one) => one.blockId === key) ?? places.find((one) => one.actionId === key);
    if (!placed)
      throw new NotPossible(`no field ${key} here; there is: ${places.map((one) => one.blockId).join(", ")}`);
    const value = stateValue(placed.element, plain, await optionsFor(slack, user, { view }, placed, plain));
    if (!value) throw new NotPossible(`${key} takes no value`);
    if (typeof plain === "string" && "value" in value) slack.records.typed.add(plain);
    view.entered.set(placeKey(placed.blockId, placed.actionId), value);
  }
}

/** A person presses a modal's submit button after entering `values`. */
export async function submitView(slack: Slack, user: string, values: Values, id?: string): Promise<Outcome> {
  const since = slack.feed.n;
  const person = actingPerson(slack, user);
  const view = topView(slack, user, id);
  if (view.view.type !== "modal" || !view.view.submit) throw new NotPossible("this modal has no submit button");
  await fillView(slack, user, view, values);
  const missing = elementsOf(view.view.blocks).filter((placed) => isMissing(view, placed));
  if (missing.length > 0) {
    const errors = missing.map((placed) => [placed.blockId, "Please complete this required field."]);
    return { acked: false, refused: "required fields are empty", errors: Object.fromEntries(errors), since };
  }
  const payload = viewSubmissionPayload(slack, person, view);
  const what = `submit ${view.view.callback_id ?? view.id}`;
  const ack = await deliver(slack, { type: "interactive", payload, takesAnswer: true }, what, user);
  if (!ack.acked) return outcomeOf(slack, user, ack, since, troubleText);
  return { ...takeAnswer(slack, view, ack.answer), since };
}

function isMissing(view: View, placed: Placed): boolean {
  if (!placed.input || placed.input.optional) return false;
  const value = view.entered.get(placeKey(placed.blockId, placed.actionId)) ?? initialValue(placed.element);
  return value === undefined || isEmpty(value);
}

const responseAction = z.discriminatedUnion("response_action", [
  z.strictObject({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string().min(1)) }),
  z.strictObject({ response_action: z.literal("update"), view: z.unknown() }),
  z.strictObject({ response_action: z.literal("push"), view: z.unknown() }),
  z.strictObject({ response_action: z.literal("clear") }),
]);

function takeAnswer(slack: Slack, view: View, answer: unknown): Omit<Outcome, "since"> {
  if (answer === undefined || answer === null || answer === "") {
    slack.views.close(view, false);
    return { acked: true };
  }
  try {
    return applyResponseAction(slack, view, responseAction.parse(answer));
  } catch (error) {
    if (!(error instanceof SlackError || error instanceof z.ZodError)) throw error;
    const detail = error instanceof SlackError ? [error.error, ...error.messages].join(" ") : error.message;
    slack.records.slip("rejected", `answer to submit ${view.view.callback_id ?? view.id}`, detail);
    slack.records.toast(view.user, troubleText);
    return { acked: true, toast: troubleText };
  }
}

function applyResponseAction(slack: Slack, view: View, asked: z.infer<typeof responseAction>): Omit<Outcome, "since"> {
  switch (asked.response_action) {
    case "errors": {
      const inputs = elementsOf(view.view.blocks).flatMap((placed) => (placed.input ? [placed.blockId] : []));
      const wrong = Object.keys(asked.errors).filter((blockId) => !inputs.includes(blockId));
      if (wrong.length > 0 || Object.keys(asked.errors).length === 0) {
        throw new SlackError("invalid_errors", [
          `errors must name input blocks (${inputs.join(", ")}): ${wrong.join(", ")}`,
        ]);
      }
      return { acked: true, errors: asked.errors };
    }
    case "update":
      slack.views.update(view, checkView(slack, asked.view, "modal"));
      return { acked: true };
    case "push":
      slack.views.push(view.user, checkView(slack, asked.view, "modal"), view.id);
      return { acked: true };
    case "clear":
      slack.views.close(view, true);
      return { acked: true };
    default:
      throw asked satisfies never;
  }
}

/** A person closes the modal on top (or all of them); the app hears of those that asked for it. */
export async function closeView(slack: Slack, user: string, id?: string, all = false): Promise<Outcome> {
  const since = slack.feed.n;
  const person = actingPerson(slack, user);
  const view = topView(slack, user, id);
  const cleared = all || (view.view.type === "modal" && view.view.clear_on_close === true);
  const closed = slack.views.close(view, cleared);
  for (const one of closed) {
    if (one.view.type !== "modal" || !one.view.notify_on_close) continue;
    const payload = viewClosedPayload(slack, person, one, cleared);
    await deliver(slack, { type: "interactive", payload, takesAnswer: false }, `close ${one.id}`, user);
  }
  return { acked: true, since };
}
