import { z } from "zod";
import { sendEvent } from "./events.ts";
import type { Slack } from "./slack.ts";
import { userObject } from "./user-object.ts";
import { type Person, person } from "./world.ts";

const change = person.omit({ id: true }).partial();
/** `lost`: it happens, and the app never hears of it. */
const lost = { lost: z.boolean().default(false) };

/** What can happen in a workspace without the app: the event's own name and what it is about. */
export const happening = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("user_change"), user: z.string(), change, ...lost }),
  z.strictObject({ type: z.literal("user_guest_status_changed"), user: z.string(), change, ...lost }),
  z.strictObject({ type: z.literal("team_join"), person, ...lost }),
  z.strictObject({
    type: z.literal("subteam_members_changed"),
    group: z.string(),
    added: z.array(z.string()).default([]),
    removed: z.array(z.string()).default([]),
    ...lost,
  }),
  z.strictObject({
    type: z.literal("channel_shared"),
    channel: z.string(),
    team: z.string().default("T0ACME"),
    ...lost,
  }),
  z.strictObject({
    type: z.literal("channel_unshared"),
    channel: z.string(),
    team: z.string().default("T0ACME"),
    ...lost,
  }),
  z.strictObject({ type: z.literal("channel_archive"), channel: z.string(), ...lost }),
  z.strictObject({ type: z.literal("channel_unarchive"), channel: z.string(), ...lost }),
  z.strictObject({ type: z.literal("member_left_channel"), channel: z.string(), user: z.string(), ...lost }),
  z.strictObject({ type: z.literal("member_joined_channel"), channel: z.string(), user: z.string(), ...lost }),
  z.strictObject({ type: z.literal("app_uninstalled"), ...lost }),
]);
export type Happening = z.infer<typeof happening>;
export type HappeningInput = z.input<typeof happening>;

/** Makes it so in the double's world and sends the app the event it subscribed to. */
export async function happen(slack: Slack, what: Happening): Promise<{ sent: boolean; acked: boolean }> {
  const event = apply(slack, what);
  const ack = what.lost ? undefined : await sendEvent(slack, { type: what.type, ...event });
  return { sent: ack !== undefined, acked: ack?.acked ?? false };
}

function apply(slack: Slack, what: Happening): Record<string, unknown> {
  const { directory, world } = slack;
  switch (what.type) {
    case "user_change":
    case "user_guest_status_changed":
      return { user: userObject(directory, directory.changePerson(what.user, defined(what.change))), cache_ts: 0 };
    case "team_join":
      world.people.push(what.person);
      slack.feed.tell({ kind: "person", user: what.person.id });
      return { user: userObject(directory, what.person) };
    case "subteam_members_changed": {
      const group = directory.group(what.group);
      group.users = [...new Set([...group.users, ...what.added])].filter((user) => !what.removed.includes(user));
      const counts = { added_users_count: what.added.length, removed_users_count: what.removed.length };
      const users = { added_users: what.added, removed_users: what.removed };
      return { subteam_id: group.id, team_id: world.team.id, ...users, ...counts, date_update: seconds() };
    }
    case "channel_shared":
    case "channel_unshared":
      directory.channel(what.channel).isExtShared = what.type === "channel_shared";
      slack.feed.tell({ kind: "channel", channel: what.channel, detail: what.type });
      return { channel: what.channel, connected_team_id: what.team, previously_connected_team_id: what.team };
    case "channel_archive":
    case "channel_unarchive":
      directory.channel(what.channel).isArchived = what.type === "channel_archive";
      slack.feed.tell({ kind: "channel", channel: what.channel, detail: what.type });
      return { channel: what.channel };
    case "member_left_channel":
    case "member_joined_channel": {
      const channel = directory.channel(what.channel);
      if (what.type === "member_left_channel") directory.leave(what.user, channel);
      else directory.join(what.user, channel);
      return { user: what.user, channel: channel.id, channel_type: channel.isPrivate ? "G" : "C", team: world.team.id };
    }
    case "app_uninstalled":
      return {};
    default:
      throw what satisfies never;
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function defined(change: Partial<Record<keyof Omit<Person, "id">, unknown>>): Partial<Omit<Person, "id">> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
