import { deliver } from "../delivery.ts";
import { elementsOf, findElement, type Placed } from "../elements-of.ts";
import { blockActionsPayload, type Place } from "../payloads.ts";
import type { Slack } from "../slack.ts";
import { NotPossible } from "../slack-error.ts";
import { initialValue, type Plain, type StateValue, stateValue } from "../state-values.ts";
import type { Message } from "../timelines.ts";
import { placeKey } from "../views.ts";
import { type Outcome, outcomeOf, troubleText } from "./outcome.ts";
import { actingPerson, channelSeenBy } from "./person-here.ts";
import { optionsFor } from "./suggest-options.ts";

export interface Press {
  channel?: string | undefined;
  ts?: string | undefined;
  view?: string | undefined;
  actionId: string;
  blockId?: string | undefined;
  /** What is chosen or typed, for everything but a button. */
  value?: Plain | undefined;
  /** Press what an earlier version of the message showed, as a client does that has not caught up. */
  stale?: boolean | undefined;
}

/** A person presses a button, or chooses in a menu, of a message or a view. */
export async function pressElement(slack: Slack, user: string, press: Press): Promise<Outcome> {
  const since = slack.feed.n;
  const person = actingPerson(slack, user);
  const place = findPlace(slack, user, press);
  const placed = findPlaced(place, press);
  const chosen = await choose(slack, user, place, placed, press.value);
  if (!slack.world.app.interactivity) throw new NotPossible("This app has not been configured for this feature");
  const held = heldIn(slack, user, place);
  if (chosen && placed.element.type !== "overflow") held.set(placeKey(placed.blockId, placed.actionId), chosen);
  const confirm = "confirm" in placed.element ? placed.element.confirm : undefined;
  const confirmed = confirm && { title: confirm.title?.text ?? "", text: confirm.text.text };
  if (placed.input && !placed.input.dispatch_action) return { acked: true, since };
  const action = { ...actionOf(placed, chosen), action_ts: slack.clock.nextTs() };
  const state = "message" in place ? messageState(place.message, held) : undefined;
  const payload = blockActionsPayload(slack, person, place, action, state);
  const ack = await deliver(slack, { type: "interactive", payload, takesAnswer: false }, placed.actionId, user);
  if (ack.acked && ack.answer !== undefined) {
    slack.records.slip("answer nobody reads", placed.actionId, "block_actions was acknowledged with a body");
  }
  const outcome = outcomeOf(slack, user, ack, since, troubleText);
  return confirmed ? { ...outcome, confirmed } : outcome;
}

/** The view or message a person names, if they see it. */
export function findPlace(slack: Slack, user: string, at: Pick<Press, "channel" | "ts" | "view">): Place {
  if (at.view !== undefined) {
    const view = slack.views.get(at.view);
    const seen = slack.views.stack(user).at(-1) === view || slack.views.home(user) === view;
    if (!seen) throw new NotPossible(`${user} does not see the view ${at.view}`);
    return { view };
  }
  const channel = channelSeenBy(slack, actingPerson(slack, user), at.channel ?? "");
  const message = slack.timelines.seenBy(user, channel.id).find((one) => one.ts === at.ts);
  if (!message) throw new NotPossible(`${user} sees no message ${String(at.ts)} in ${channel.id}`);
  return { message, channel };
}

function findPlaced(place: Place, press: Press): Placed {
  const shown = "view" in place ? place.view.view.blocks : (place.message.blocks ?? []);
  const earlier = "message" in place && press.stale ? place.message.before.toReversed() : [];
  for (const blocks of [...earlier.map((content) => content.blocks ?? []), shown]) {
    const placed = findElement(blocks, press.actionId, press.blockId);
    if (placed) return placed;
  }
  const offered = elementsOf(shown).map((placed) => placed.actionId);
  throw new NotPossible(`no ${press.actionId} to press here; there is: ${offered.join(", ") || "nothing"}`);
}

async function choose(
  slack: Slack,
  user: string,
  place: Place,
  placed: Placed,
  plain: Plain | undefined,
): Promise<StateValue | undefined> {
  if (placed.element.type === "button") return undefined;
  if (plain === undefined) throw new NotPossible(`${placed.actionId} needs a value`);
  return stateValue(placed.element, plain, await optionsFor(slack, user, place, placed, plain));
}

function actionOf(placed: Placed, chosen: StateValue | undefined): Record<string, unknown> {
  const { element } = placed;
  const ids = { type: element.type, block_id: placed.blockId, action_id: placed.actionId };
  if (element.type !== "button") return { ...chosen, ...ids };
  const { text, value, style, url, confirm } = element;
  return {
    ...ids,
    text,
    ...(value ? { value } : {}),
    ...(style ? { style } : {}),
    ...(url ? { url } : {}),
    ...(confirm ? { confirm } : {}),
  };
}

const inMessages = new WeakMap<Message, Map<string, Map<string, StateValue>>>();

/** Where what this person entered in this place is kept. */
function heldIn(slack: Slack, user: string, place: Place): Map<string, StateValue> {
  if ("view" in place) return slack.views.get(place.view.id).entered;
  const ofMessage = inMessages.get(place.message) ?? new Map<string, Map<string, StateValue>>();
  inMessages.set(place.message, ofMessage);
  const held = ofMessage.get(user) ?? new Map<string, StateValue>();
  ofMessage.set(user, held);
  return held;
}

function messageState(message: Message, held: Map<string, StateValue>) {
  const values: Record<string, Record<string, StateValue>> = {};
  for (const placed of elementsOf(message.blocks ?? [])) {
    const value = held.get(placeKey(placed.blockId, placed.actionId)) ?? initialValue(placed.element);
    if (value) values[placed.blockId] = { ...values[placed.blockId], [placed.actionId]: value };
  }
  return { values };
}
