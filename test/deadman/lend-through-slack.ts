/** Lends as people do it: every act goes through Slack's double. */
import { setTimeout as wait } from "node:timers/promises";
import { ACTIONS } from "../../src/bot/names.ts";
import { ask, buttonIn, cardSeenBy, getKubeconfig } from "../workbench/journey.ts";
import { northwind } from "../workbench/northwind.ts";
import type { SeenMessage } from "../workbench/slack/acts/see.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import type { Stage } from "../workbench/stage.ts";
import { namespacesFor, type Pass } from "./lent.ts";
import { say } from "./transcript.ts";
import type { Wanted } from "./wanted.ts";

/** From one yes to the next: time to make it, to tell of it and to hand it over. */
const EVERY_MS = 2_000;
/** Ends are whole seconds after the yes, so each yes is said early in its second. */
const INTO_THE_SECOND_MS = 100;

/**
 * Lena asks for every one; then Ana approves one after the other, and Lena presses Get kubeconfig for each. What is
 * approved earlier was asked for so much longer, so that all end at one instant.
 */
export async function lendThroughSlack({ slack }: Stage, wanted: Wanted): Promise<readonly Pass[]> {
  const people = { lena: slack.as(northwind.lena), ana: slack.as(northwind.ana) };
  const namespaces = namespacesFor(wanted.grants);
  await askForAll(people.lena, namespaces, wanted);
  const cards = await Promise.all(
    namespaces.map((namespace) =>
      cardSeenBy(people.ana, (card) => buttonIn(card, ACTIONS.approve) && card.text.includes(`in ${namespace} on`)),
    ),
  );
  say(`asked: ${cards.length} with a card of its own in the approvers' channel`);
  const begin = Math.ceil(Date.now() / 1000) * 1000 + INTO_THE_SECOND_MS;
  const passes: Pass[] = [];
  for (const [i, card] of cards.entries()) {
    await wait(Math.max(0, begin + i * EVERY_MS - Date.now()));
    passes.push(await lendOne(people, card, namespaces[i] ?? "", i === 0 ? say : () => {}));
  }
  say(`handed over: ${passes.length}, each by its own click`);
  return passes;
}

async function askForAll(lena: PersonInSlack, namespaces: readonly string[], { lastsSeconds }: Wanted): Promise<void> {
  for (const [i, namespace] of namespaces.entries()) {
    const duration = durationWords(lastsSeconds + ((namespaces.length - 1 - i) * EVERY_MS) / 1000);
    const reason = `Reading logs of ${namespace} while nobody of Daypass is alive`;
    const sent = await ask(lena, { namespaces: [namespace], profile: "logs", duration, reason });
    if (!sent.acked || sent.errors !== undefined) throw new Error(`not asked: ${JSON.stringify(sent)}`);
    if (i === 0) say(`asked: Lena asks in Slack for ${namespace}, ${duration}`);
  }
}

/** From the click on Approve to the kubeconfig. */
async function lendOne(
  { lena, ana }: Readonly<Record<"lena" | "ana", PersonInSlack>>,
  card: SeenMessage,
  namespace: string,
  tell: (words: string) => void,
): Promise<Pass> {
  tell("approved: Ana presses Approve");
  await ana.press(card, ACTIONS.approve);
  await cardSeenBy(ana, ({ ts, text }) => ts === card.ts && text.includes("Active until"));
  tell("active: the card says so, after the grant's own identity was tried");
  const ready = await lena.waitForMessage(await lena.dm(), ({ text }) => isReady(text, namespace), 30_000);
  const { text } = await getKubeconfig(lena);
  const mintedAt = Date.now();
  if (!text.includes(`namespace: ${namespace}`)) throw new Error(`the kubeconfig is not the one for ${namespace}`);
  tell("handed over: Lena presses Get kubeconfig, and a modal shows it");
  await lena.close(true);
  return { id: grantIn(ready.blocks), namespace, kubeconfig: text, mintedAt };
}

/** As somebody types it: `1h`, `20s`, `1m38s`. */
function durationWords(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes}m` : ""}${rest > 0 ? `${rest}s` : ""}`;
}

function isReady(text: string, namespace: string): boolean {
  return text.includes("Ready:") && text.includes(`in ${namespace} on`);
}

/** The grant that the buttons in a message are for. */
function grantIn(blocks: unknown): string {
  const id = /"value":"([a-z2-7]{10}[a-z])"/.exec(JSON.stringify(blocks))?.[1];
  if (id === undefined) throw new Error("the message's buttons name no grant");
  return id;
}
