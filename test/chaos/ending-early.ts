/** Noor, who is on call and revokes, and Lena, who hands back what she was lent: both before its end. */
import { setTimeout as wait } from "node:timers/promises";
import { ACTIONS, COMMANDS, END_WHY, VIEWS } from "../../src/bot/names.ts";
import { buttonIn } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import type { Outcome } from "../workbench/slack/acts/outcome.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import { closeAll, said, seeView } from "./client.ts";
import { type Play, playPass, tryOn } from "./people.ts";

/** From when a press is announced until it comes, so that a case can break what the press is to meet. */
export const ANNOUNCED_MS = 400;
/** So long somebody looks for a refusal of a press that was answered. */
const PATIENCE_MS = 3_000;
/** What people are told of a pass that ends already, or has ended. */
const OVER = /ending already|no pass here that you may end/;

/** Lena has her kubeconfig, and Noor ends her pass by the slash command. */
export async function playRevoked(play: Play): Promise<void> {
  await playPass(play);
  const noor = play.lane.slack.as(northwind.noor);
  if (play.played.decided) await tryOn(play, "noor", () => revoke(play, noor));
}

/** Lena has her kubeconfig, and presses that she is done. */
export async function playHandedBack(play: Play): Promise<void> {
  await playPass(play);
  const lena = play.lane.slack.as(northwind.lena);
  if (play.played.decided) await tryOn(play, "lena", () => handBack(play, lena));
}

async function revoke(play: Play, noor: PersonInSlack): Promise<boolean> {
  await closeAll(noor);
  const before = (await noor.ephemerals(channels.onCall)).length;
  const opened = await noor.command(channels.onCall, COMMANDS.revoke);
  play.lane.notes.add("noor", `types ${COMMANDS.revoke}: ${said(opened)}`);
  if (!opened.acked) return false;
  if ((await seeView(noor, ({ callback_id: id }) => id === VIEWS.chooseGrant)) === null) {
    return isOver(play, (await noor.ephemerals(channels.onCall))[before]?.text);
  }
  const chosen = await noor.submit();
  if (isRefused(chosen)) return isOver(play, said(chosen));
  if ((await seeView(noor, ({ callback_id: id }) => id === VIEWS.confirmEnd)) === null) return false;
  await announce(play);
  const confirmed = await noor.submit({ [END_WHY]: "Seen from an address we do not know" });
  play.lane.notes.add("noor", `confirms that it ends: ${said(confirmed)}`);
  if (isRefused(confirmed)) return isOver(play, said(confirmed));
  play.played.endAnsweredAt = Date.now();
  return true;
}

async function handBack(play: Play, lena: PersonInSlack): Promise<boolean> {
  const { lane, played } = play;
  const dm = await lena.dm();
  const ours = async () =>
    (await lena.messages(dm)).filter((one) => !one.ephemeral && Number(one.ts) * 1000 > (played.askedAt ?? 0));
  const message = (await ours()).findLast((one) => buttonIn(one, ACTIONS.done));
  if (message === undefined) {
    const isEnding = played.endPressedAt !== null && (await ours()).some(({ text }) => /(Ending|Ended): /.test(text));
    if (isEnding) played.endAnsweredAt ??= Date.now();
    return isEnding;
  }
  const before = (await lena.ephemerals(dm)).length;
  await announce(play);
  const pressed = await lena.press(message, ACTIONS.done);
  const answeredAt = Date.now();
  lane.notes.add("lena", `presses I'm done: ${said(pressed)}`);
  if (!pressed.acked) return false;
  const no = await untilRefused(lena, { dm, before }, async () => {
    const now = (await ours()).find(({ ts }) => ts === message.ts);
    return now !== undefined && !buttonIn(now, ACTIONS.done);
  });
  if (no !== null) return isOver(play, no);
  played.endAnsweredAt ??= answeredAt;
  return true;
}

/** A sentence to her alone, or null where the message changed or nothing came: then her press counts. */
async function untilRefused(
  lena: PersonInSlack,
  { dm, before }: { readonly dm: string; readonly before: number },
  isEnding: () => Promise<boolean>,
): Promise<string | null> {
  for (const giveUpAt = Date.now() + PATIENCE_MS; Date.now() < giveUpAt; await wait(100)) {
    if (await isEnding()) return null;
    const told = (await lena.ephemerals(dm))[before]?.text;
    if (told !== undefined) return told;
  }
  return null;
}

/** Somebody is about to press for the first time. */
export async function announce({ played, pressing }: Play): Promise<void> {
  if (played.endPressedAt === null) {
    pressing();
    await wait(ANNOUNCED_MS);
  }
  played.endPressedAt ??= Date.now();
}

/** Takes how an act was taken; returns whether it must be done again. */
export function isRefused({ acked, errors }: Outcome): boolean {
  return !acked || errors !== undefined;
}

/** Who pressed before without an answer, and now reads that it ends or has ended, has what they wanted. */
export function isOver({ lane, played }: Play, words: string | undefined): boolean {
  lane.notes.add("people", `read: ${words ?? "nothing"}`);
  if (played.endPressedAt === null || words === undefined || !OVER.test(words)) return false;
  played.endAnsweredAt ??= Date.now();
  return true;
}
