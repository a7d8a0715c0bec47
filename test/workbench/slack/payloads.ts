import { messageObject } from "./message-object.ts";
import type { Slack } from "./slack.ts";
import type { Message } from "./timelines.ts";
import { viewObject } from "./view-object.ts";
import type { View } from "./views.ts";
import type { Channel, Person } from "./world.ts";

/** Where a person acted: on a message in a channel, or in a view. */
export type Place = { message: Message; channel: Channel } | { view: View };

function who(slack: Slack, person: Person, place: Place) {
  const home = slack.directory.teamOf(person);
  // On a message `team` is the workspace of the channel, in a view that of the person; only user.team_id tells
  // where somebody belongs. An app that takes team.id for it mistakes a Slack Connect member for one of its own.
  const team = "message" in place ? slack.world.team : home;
  const { enterprise, app } = slack.world;
  return {
    team: { id: team.id, domain: team.domain, ...(enterprise ? { enterprise_id: enterprise.id } : {}) },
    enterprise: enterprise ?? null,
    is_enterprise_install: false,
    user: { id: person.id, username: person.name, name: person.name, team_id: home.id },
    api_app_id: app.id,
    token: app.verificationToken,
  };
}

function channelName(channel: Channel): string {
  if (channel.imWith !== undefined) return "directmessage";
  return channel.isPrivate ? "privategroup" : channel.name;
}

function container(place: Place) {
  if ("view" in place) return { type: "view", view_id: place.view.id };
  return {
    type: "message",
    message_ts: place.message.ts,
    channel_id: place.channel.id,
    is_ephemeral: place.message.ephemeralTo !== undefined,
    ...(place.message.threadTs ? { thread_ts: place.message.threadTs } : {}),
  };
}

/** What surrounds an action: the view itself, or channel and message. An ephemeral's message is not echoed. */
function surroundings(slack: Slack, place: Place) {
  if ("view" in place) return { view: viewObject(slack, place.view) };
  const { channel, message } = place;
  return {
    channel: { id: channel.id, name: channelName(channel) },
    ...(message.ephemeralTo ? {} : { message: messageObject(slack.world, message) }),
  };
}

/** Body of a slash command. */
export function commandPayload(
  slack: Slack,
  person: Person,
  typed: { command: string; text: string },
  channel: Channel,
) {
  const { app, enterprise } = slack.world;
  const team = slack.directory.teamOf(person);
  return {
    token: app.verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    ...(enterprise ? { enterprise_id: enterprise.id, enterprise_name: enterprise.name } : {}),
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: person.id,
    user_name: person.name,
    command: typed.command,
    text: typed.text,
    api_app_id: app.id,
    is_enterprise_install: "false",
    response_url: slack.url + slack.responseUrls.issue({ user: person.id, channel: channel.id }),
    trigger_id: slack.triggers.issue(person.id),
  };
}

/** Body of block_actions. A view gives no response_url. */
export function blockActionsPayload(
  slack: Slack,
  person: Person,
  place: Place,
  action: Record<string, unknown>,
  state: unknown,
) {
  const issued =
    "message" in place
      ? slack.responseUrls.issue({ user: person.id, channel: place.channel.id, messageTs: place.message.ts })
      : undefined;
  return {
    type: "block_actions",
    ...who(slack, person, place),
    container: container(place),
    trigger_id: slack.triggers.issue(person.id, "view" in place ? place.view.id : undefined),
    ...surroundings(slack, place),
    ...("message" in place ? { state } : {}),
    ...(issued ? { response_url: slack.url + issued } : {}),
    actions: [action],
  };
}

/** Body of view_submission. */
export function viewSubmissionPayload(slack: Slack, person: Person, view: View) {
  return {
    type: "view_submission",
    ...who(slack, person, { view }),
    trigger_id: slack.triggers.issue(person.id, view.id),
    view: viewObject(slack, view),
    response_urls: [],
  };
}

/** Body of view_closed. */
export function viewClosedPayload(slack: Slack, person: Person, view: View, isCleared: boolean) {
  return {
    type: "view_closed",
    ...who(slack, person, { view }),
    view: viewObject(slack, view),
    is_cleared: isCleared,
  };
}

/** Body of block_suggestion: what an external select asks while a person types. */
export function blockSuggestionPayload(
  slack: Slack,
  person: Person,
  place: Place,
  asked: { blockId: string; actionId: string; query: string },
) {
  return {
    type: "block_suggestion",
    ...who(slack, person, place),
    container: container(place),
    action_id: asked.actionId,
    block_id: asked.blockId,
    value: asked.query,
    ...surroundings(slack, place),
  };
}
