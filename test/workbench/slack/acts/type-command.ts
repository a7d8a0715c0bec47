import { deliver } from "../delivery.ts";
import { commandPayload } from "../payloads.ts";
import { respond } from "../respond.ts";
import type { Slack } from "../slack.ts";
import { NotPossible, SlackError } from "../slack-error.ts";
import type { Channel, Person } from "../world.ts";
import type { Outcome } from "./outcome.ts";
import { actingPerson, channelSeenBy } from "./person-here.ts";

export interface TypedCommand {
  channel: string;
  command: string;
  text: string;
  inThread?: boolean | undefined;
}

/** A person types a slash command into a channel. */
export async function typeCommand(slack: Slack, user: string, typed: TypedCommand): Promise<Outcome> {
  const since = slack.feed.n;
  const person = actingPerson(slack, user);
  const channel = channelSeenBy(slack, person, typed.channel);
  const refused = whyRefused(slack, person, typed);
  if (refused !== undefined) {
    slack.records.toast(user, refused);
    return { acked: false, refused, since };
  }
  slack.records.typed.add(typed.text);
  const text = escapeMentions(slack, typed);
  const payload = commandPayload(slack, person, { command: typed.command, text }, channel);
  const ack = await deliver(slack, { type: "slash_commands", payload, takesAnswer: true }, typed.command, user);
  if (!ack.acked) {
    const error = ack.reason === "timeout" ? "operation_timeout" : "dispatch_failed";
    const toast = `${typed.command} failed with the error "${error}"`;
    slack.records.toast(user, toast);
    return { acked: false, toast, since };
  }
  return { ...showAnswer(slack, person, channel, typed.command, ack.answer), since };
}

function showAnswer(
  slack: Slack,
  person: Person,
  channel: Channel,
  command: string,
  answer: unknown,
): Omit<Outcome, "since"> {
  if (answer === undefined || answer === null || answer === "") return { acked: true };
  try {
    respond(slack, { user: person.id, channel: channel.id }, answer);
    return { acked: true };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    slack.records.slip("rejected", `answer to ${command}`, [error.error, ...error.messages].join(" "));
    const toast = `${command} failed with the error "${error.error}"`;
    slack.records.toast(person.id, toast);
    return { acked: true, toast };
  }
}

function whyRefused(slack: Slack, person: Person, typed: TypedCommand): string | undefined {
  const known = slack.world.app.commands.some((one) => one.command === typed.command);
  if (!known) return `${typed.command} is not a valid command.`;
  if (typed.inThread) return `${typed.command} is not supported in threads. Sorry!`;
  if (person.kind === "single-channel-guest") return "Single-channel guests cannot use slash commands.";
  if (person.kind === "connect") return "Slash commands are not shared with people of other organisations.";
  if (person.kind === "stranger") throw new NotPossible(`${person.realName} shares no channel with the app`);
  return undefined;
}

/** With should_escape, `@jane` arrives as `<@U…|jane>` and `#general` as `<#C…|general>`. */
function escapeMentions(slack: Slack, typed: TypedCommand): string {
  const command = slack.world.app.commands.find((one) => one.command === typed.command);
  if (!command?.should_escape) return typed.text;
  const escaped = typed.text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped
    .replace(/(^|\s)@([\w.-]+)/g, (whole, before: string, name: string) => {
      const person = slack.world.people.find((one) => one.name === name);
      return person ? `${before}<@${person.id}|${person.name}>` : whole;
    })
    .replace(/(^|\s)#([\w-]+)/g, (whole, before: string, name: string) => {
      const channel = slack.world.channels.find((one) => one.name === name && !one.isPrivate);
      return channel ? `${before}<#${channel.id}|${channel.name}>` : whole;
    });
}
