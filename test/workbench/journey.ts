/** The journey as people walk it: every act goes through Slack's double, none calls the app in process. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACTIONS, COMMANDS, FIELDS, OTHER_DURATION, VIEWS } from "../../src/bot/names.ts";
import { channels } from "./northwind.ts";
import type { Outcome } from "./slack/acts/outcome.ts";
import type { SeenMessage, SeenView } from "./slack/acts/see.ts";
import type { PersonInSlack } from "./slack/person-in-slack.ts";

/** What somebody asks for. */
export interface Wish {
  readonly namespaces: readonly string[];
  readonly profile: "logs" | "restart";
  /** As typed into the field behind "Other", such as `25s`. */
  readonly duration: string;
  readonly reason: string;
}

/** Opens the form by the slash command, fills it and submits it. Returns what Slack showed for it. */
export async function ask(person: PersonInSlack, wish: Wish): Promise<Outcome> {
  await person.command(channels.requests, COMMANDS.access);
  await person.waitForView((view) => view.callback_id === VIEWS.request && has(view, FIELDS.duration));
  return fillAndSubmit(person, wish);
}

/** Fills the open request form as a person does, field by field, and submits it. */
export async function fillAndSubmit(person: PersonInSlack, wish: Wish): Promise<Outcome> {
  const form = await person.waitForView((view) => view.callback_id === VIEWS.request && has(view, FIELDS.duration));
  await person.press(form, FIELDS.profile, { value: wish.profile });
  const chosen = await person.waitForView((view) => has(view, FIELDS.namespaces));
  await person.press(chosen, FIELDS.duration, { value: OTHER_DURATION });
  await person.waitForView((view) => has(view, FIELDS.otherDuration));
  return person.submit({
    [FIELDS.namespaces]: [...wish.namespaces],
    [FIELDS.otherDuration]: wish.duration,
    [FIELDS.reason]: wish.reason,
  });
}

/** Waits for the newest card in the approvers' channel whose text fits. */
export function cardSeenBy(person: PersonInSlack, fits: (card: SeenMessage) => boolean): Promise<SeenMessage> {
  return person.waitForMessage(
    channels.approvers,
    (message) => message.threadTs === undefined && fits(message),
    30_000,
  );
}

/** Waits for the direct message in which a button of this action stands. */
export async function messageWith(person: PersonInSlack, actionId: string): Promise<SeenMessage> {
  return person.waitForMessage(await person.dm(), (message) => buttonIn(message, actionId), 30_000);
}

/** Presses Get kubeconfig in the newest direct message that has it; returns the kubeconfig the modal shows. */
export async function getKubeconfig(person: PersonInSlack): Promise<{ text: string; view: SeenView }> {
  const message = await messageWith(person, ACTIONS.getKubeconfig);
  await person.press(message, ACTIONS.getKubeconfig);
  const view = await person.waitForView((open) => kubeconfigIn(open) !== "", 30_000);
  return { text: kubeconfigIn(view), view };
}

/** Writes a kubeconfig where kubectl can be given it; returns its path. */
export function saveKubeconfig(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** The kubeconfig in a modal, its parts joined in the order shown; empty while there is none. */
export function kubeconfigIn(view: SeenView): string {
  const parts = preformatted(view.blocks).filter((text) => !text.startsWith("kubectl "));
  return parts.some((text) => text.includes("apiVersion"))
    ? parts
        .map((text) => text.trimEnd())
        .join("\n")
        .concat("\n")
    : "";
}

/** Returns whether a message holds a button with this action id. */
export function buttonIn(message: SeenMessage, actionId: string): boolean {
  return JSON.stringify(message.blocks).includes(`"action_id":"${actionId}"`);
}

function has(view: SeenView, actionId: string): boolean {
  return JSON.stringify(view.blocks).includes(`"action_id":"${actionId}"`);
}

/** The texts of all preformatted parts below a value, in order. */
function preformatted(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(preformatted);
  if (typeof value !== "object" || value === null) return [];
  if (
    "type" in value &&
    value.type === "rich_text_preformatted" &&
    "elements" in value &&
    Array.isArray(value.elements)
  ) {
    return [value.elements.map((element: { text?: string }) => element.text ?? "").join("")];
  }
  return Object.values(value).flatMap(preformatted);
}
