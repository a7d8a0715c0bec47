/** What somebody sees in Slack's client, and how what they did was taken. */
import type { Outcome } from "../workbench/slack/acts/outcome.ts";
import type { SeenView } from "../workbench/slack/acts/see.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";

/** So long somebody looks at a message or a form before they press again. */
export const PATIENCE_MS = 6_000;

/** Takes a modal; returns whether it refuses: it says neither "Making…" nor shows one. */
export function isRefusal(view: SeenView): boolean {
  return !/Making/.test(textOf(view));
}

/** Takes a modal; returns what stands in it, cut off. */
export function textOf(view: SeenView): string {
  return JSON.stringify(view.blocks).slice(0, 300);
}

/** Closes all that is open, and is not done yet. */
export async function closeAll(person: PersonInSlack): Promise<false> {
  if ((await person.view()) !== undefined) await person.close(true);
  return false;
}

/** Takes somebody and what is looked for; returns the modal on top as soon as it fits, or null where it never does. */
export async function seeView(person: PersonInSlack, fits: (view: SeenView) => boolean): Promise<SeenView | null> {
  return person.waitForView(fits, PATIENCE_MS).catch(() => null);
}

/** Takes a modal and an action; returns whether it can be taken there. */
export function has(view: SeenView, actionId: string): boolean {
  return JSON.stringify(view.blocks).includes(`"action_id":"${actionId}"`);
}

/** Takes what came of an act; returns it in words. */
export function said({ acked, errors, refused, toast }: Outcome): string {
  return [acked ? "answered" : "not answered", refused, toast, ...Object.values(errors ?? {})]
    .filter((words) => words !== undefined)
    .join(": ");
}
