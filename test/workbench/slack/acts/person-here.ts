import type { Slack } from "../slack.ts";
import { NotPossible } from "../slack-error.ts";
import type { Channel, Person } from "../world.ts";

/** A person who can use Slack's client at all. */
export function actingPerson(slack: Slack, id: string): Person {
  const person = slack.directory.person(id);
  if (person.kind === "deleted") throw new NotPossible(`${person.realName} is deactivated and cannot sign in`);
  if (person.kind === "bot") throw new NotPossible(`${person.realName} is a bot`);
  return person;
}

/** A channel this person sees. */
export function channelSeenBy(slack: Slack, person: Person, id: string): Channel {
  const channel = slack.world.channels.find((one) => one.id === id);
  if (!channel?.members.includes(person.id)) throw new NotPossible(`${person.realName} is not in ${id}`);
  return channel;
}
