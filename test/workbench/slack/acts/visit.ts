import { sendEvent } from "../events.ts";
import type { Slack } from "../slack.ts";
import { NotPossible } from "../slack-error.ts";
import { viewObject } from "../view-object.ts";
import type { Outcome } from "./outcome.ts";
import { actingPerson, channelSeenBy } from "./person-here.ts";

/** A person opens the direct message with the app. */
export function openDm(slack: Slack, user: string): { channel: string } {
  const person = actingPerson(slack, user);
  if (person.kind === "stranger") throw new NotPossible(`${person.realName} shares no channel with the app`);
  return { channel: slack.directory.openDm(user).id };
}

/**
 * A person opens App Home; the app hears app_home_opened. Whether Slack Connect members have one is not documented:
 * here they have none.
 */
export async function openHome(slack: Slack, user: string): Promise<Outcome> {
  const since = slack.feed.n;
  const person = actingPerson(slack, user);
  if (person.kind === "connect" || person.kind === "stranger") {
    return { acked: false, refused: "The app is not installed in your workspace.", since };
  }
  const { channel } = openDm(slack, user);
  const home = slack.views.home(user);
  const event = {
    type: "app_home_opened",
    user,
    channel,
    tab: "home",
    ...(home ? { view: viewObject(slack, home) } : {}),
  };
  const ack = await sendEvent(slack, event);
  return { acked: ack?.acked ?? false, since };
}

/** A person writes an ordinary message. */
export function say(slack: Slack, user: string, to: { channel: string; text: string; threadTs?: string | undefined }) {
  const channel = channelSeenBy(slack, actingPerson(slack, user), to.channel);
  if (channel.imWith !== undefined && slack.world.app.messagesTabReadOnly) {
    throw new NotPossible("Sending messages to this app has been turned off.");
  }
  const text = to.text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const message = slack.timelines.add({ channel: channel.id, user, fromApp: false, threadTs: to.threadTs, text });
  return { channel: channel.id, ts: message.ts };
}
