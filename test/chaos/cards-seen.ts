import { unpackShown } from "../../src/bot/names.ts";
import { channels } from "../workbench/northwind.ts";
import type { SeenMessage } from "../workbench/slack/acts/see.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";

/** All cards of a case that somebody sees; more than one is one too many. */
export async function cardsOf(person: PersonInSlack, tag: string): Promise<SeenMessage[]> {
  const messages = await person.messages(channels.approvers);
  return messages.filter(
    (one) => !one.ephemeral && one.threadTs === undefined && JSON.stringify(one.blocks).includes(`${tag} in a drill`),
  );
}

/** Takes a card with buttons; returns its request's id, or null. */
export function requestIn(card: SeenMessage): string | null {
  const value = /"value":"([a-z2-7]{10}\.[0-9a-f]{16})"/.exec(JSON.stringify(card.blocks))?.[1] ?? "";
  return unpackShown(value)?.request ?? null;
}
