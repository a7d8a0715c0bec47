import type { Feed } from "./feed.ts";
import { SlackError } from "./slack-error.ts";
import type { Channel, Person, UserGroup, World } from "./world.ts";

/** People, channels and user groups as they are now. */
export class Directory {
  readonly world: World;
  #feed: Feed;

  constructor(world: World, feed: Feed) {
    this.world = world;
    this.#feed = feed;
  }

  get botUserId(): string {
    return this.world.app.botUserId;
  }

  person(id: string): Person {
    const found = this.world.people.find((person) => person.id === id);
    if (!found) throw new SlackError("user_not_found");
    return found;
  }

  channel(id: string): Channel {
    const found = this.world.channels.find((channel) => channel.id === id);
    if (!found) throw new SlackError("channel_not_found");
    return found;
  }

  group(id: string): UserGroup {
    const found = this.world.userGroups.find((group) => group.id === id);
    if (!found) throw new SlackError("no_such_subteam");
    return found;
  }

  teamOf(person: Person) {
    const id = person.teamId ?? this.world.team.id;
    return [this.world.team, ...this.world.otherTeams].find((team) => team.id === id) ?? this.world.team;
  }

  isMember(user: string, channel: Channel): boolean {
    return channel.members.includes(user);
  }

  /** The direct message between the app and a person; made the first time somebody asks. */
  openDm(user: string): Channel {
    const id = `D${user.slice(1)}`;
    const existing = this.world.channels.find((channel) => channel.id === id);
    if (existing) return existing;
    const dm: Channel = {
      id,
      name: "directmessage",
      isPrivate: true,
      isExtShared: false,
      isArchived: false,
      imWith: user,
      members: [user, this.botUserId],
    };
    this.world.channels.push(dm);
    this.#feed.tell({ kind: "channel", channel: id, user });
    return dm;
  }

  /** A channel the app may write to, with Slack's errors where it may not. */
  writable(id: string): Channel {
    const channel = this.channel(id);
    if (!this.isMember(this.botUserId, channel)) {
      throw new SlackError(channel.isPrivate ? "channel_not_found" : "not_in_channel");
    }
    if (channel.isArchived) throw new SlackError("is_archived");
    return channel;
  }

  join(user: string, channel: Channel): void {
    if (!channel.members.includes(user)) channel.members.push(user);
    this.#feed.tell({ kind: "channel", channel: channel.id, user, detail: "joined" });
  }

  leave(user: string, channel: Channel): void {
    channel.members = channel.members.filter((member) => member !== user);
    this.#feed.tell({ kind: "channel", channel: channel.id, user, detail: "left" });
  }

  /** Changes what an account is (kind, e-mail, names). */
  changePerson(id: string, change: Partial<Omit<Person, "id">>): Person {
    const person = this.person(id);
    Object.assign(person, change);
    this.#feed.tell({ kind: "person", user: id });
    return person;
  }
}
