/** Lena and Ana, who try again like people do: they press once more where Slack shows an error or nothing comes. */
import { setTimeout as wait } from "node:timers/promises";
import { ACTIONS, COMMANDS, FIELDS, OTHER_DURATION, VIEWS } from "../../src/bot/names.ts";
import { buttonIn, kubeconfigIn } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import { cardsOf, requestIn } from "./cards-seen.ts";
import { closeAll, has, isRefusal, PATIENCE_MS, said, seeView, textOf } from "./client.ts";
import type { Lane } from "./lane.ts";

/** What came of what people did in one case. */
export interface Played {
  /** In the request's reason, by which its messages are known. */
  readonly tag: string;
  /** The request's id, once a card of it was seen. */
  request: string | null;
  /** When the form's submission, and the click on Approve, were answered without a refusal; null while they were not. */
  askedAt: number | null;
  approvedAt: number | null;
  /** The card says that it was approved, whether or not the click was answered. */
  decided: boolean;
  /** When somebody's no was answered without a refusal. */
  deniedAt: number | null;
  /** Every kubeconfig that was shown, in order. */
  readonly kubeconfigs: { readonly text: string; readonly at: number }[];
  /** When somebody first pressed what ends it early, answered or not: from then on it may end. */
  endPressedAt: number | null;
  /** When they were told that it ends, so that it must. */
  endAnsweredAt: number | null;
  /** What another one was lent meanwhile, which ends by the same press. */
  readonly beside: Played[];
}

/** Takes what stands in the request's reason; returns that nothing has been played yet. */
export function nothingPlayed(tag: string): Played {
  const never = { request: null, askedAt: null, approvedAt: null, deniedAt: null };
  return { tag, ...never, decided: false, kubeconfigs: [], endPressedAt: null, endAnsweredAt: null, beside: [] };
}

/** What is played. */
export interface Play {
  readonly lane: Lane;
  /** Who asks; where Ana does, Ben approves. */
  readonly asker: "lena" | "ana";
  readonly played: Played;
  readonly seconds: number;
  /** Called with each kubeconfig as soon as it is shown. */
  readonly shown: (kubeconfig: string) => void;
  /** Nobody tries on after that; by `Date.now()`. */
  readonly giveUpAt: () => number;
  /** Called right before somebody first presses what ends it early. */
  readonly pressing: () => void;
  /** Evidence that what the case is about happened. */
  readonly hit: (words: string) => void;
}

const AGAIN_MS = 700;
const LOOK_MS = 100;

/** Lena asks, Ana says yes, Lena gets a kubeconfig. Never throws for what a person would only try again. */
export async function playPass(play: Play): Promise<void> {
  const { lane, played, asker } = play;
  await playToYes(play);
  if (!played.decided) return;
  await tryOn(play, asker, () => getKubeconfig(play, lane.slack.as(northwind[asker]), played.askedAt ?? 0));
}

/** The same, as far as the yes. */
export async function playToYes(play: Play): Promise<void> {
  const { lane, played, asker } = play;
  const lena = lane.slack.as(northwind[asker]);
  if ((await lena.view()) !== undefined) await lena.close(true);
  await tryOn(play, asker, () => ask(play, lena));
  const approver = asker === "ana" ? "ben" : "ana";
  if (played.askedAt !== null) await tryOn(play, approver, () => approve(play, approver));
}

/** Takes what is played, who acts and what they do; tries until it is done or nobody would try on. */
export async function tryOn({ lane, giveUpAt }: Play, who: string, act: () => Promise<boolean>): Promise<void> {
  while (Date.now() < giveUpAt()) {
    try {
      if (await act()) return;
    } catch (cause) {
      // What a person cannot do now, such as press a button that is gone, they look at once more.
      lane.notes.add(who, `cannot: ${cause instanceof Error ? cause.message.slice(0, 160) : String(cause)}`);
    }
    await wait(AGAIN_MS);
  }
  lane.notes.add(who, "gives up");
}

async function ask({ lane, played, seconds, asker }: Play, lena: PersonInSlack): Promise<boolean> {
  const form = (await lena.view())?.callback_id === VIEWS.request;
  if (!form) {
    const opened = await lena.command(channels.requests, COMMANDS.access);
    lane.notes.add(asker, `types ${COMMANDS.access}: ${said(opened)}`);
    if (!opened.acked) return false;
  }
  const view = await seeView(lena, (one) => one.callback_id === VIEWS.request && has(one, FIELDS.duration));
  if (view === null) return closeAll(lena);
  await lena.press(view, FIELDS.profile, { value: "logs" });
  const chosen = await seeView(lena, (one) => has(one, FIELDS.namespaces));
  if (chosen === null) return false;
  if (!has(chosen, FIELDS.otherDuration)) await lena.press(chosen, FIELDS.duration, { value: OTHER_DURATION });
  if ((await seeView(lena, (one) => has(one, FIELDS.otherDuration))) === null) return false;
  const sent = await lena.submit({
    [FIELDS.namespaces]: [lane.namespace],
    [FIELDS.otherDuration]: `${seconds}s`,
    [FIELDS.reason]: `Looking at ${played.tag} in a drill`,
  });
  lane.notes.add(asker, `submits the form: ${said(sent)}`);
  if (!sent.acked || sent.errors !== undefined) return false;
  played.askedAt = Date.now();
  return true;
}

async function approve({ lane, played }: Play, who: "ana" | "ben"): Promise<boolean> {
  const ana = lane.slack.as(northwind[who]);
  const cards = await cardsOf(ana, played.tag);
  const card = cards.findLast((one) => buttonIn(one, ACTIONS.approve));
  if (card === undefined) {
    played.decided = cards.length > 0;
    return played.decided;
  }
  played.request ??= requestIn(card);
  const pressedAt = Date.now();
  const before = (await ana.ephemerals(channels.approvers)).length;
  const pressed = await ana.press(card, ACTIONS.approve);
  lane.notes.add(who, `presses Approve: ${said(pressed)}`);
  if (!pressed.acked) return false;
  const seen = await whatCame(ana, played.tag, before);
  lane.notes.add(who, `sees: ${seen}`);
  if (seen !== "decided") return false;
  played.approvedAt = pressedAt;
  played.decided = true;
  return true;
}

/** A card that changed, a sentence to her alone, or nothing. */
async function whatCame(ana: PersonInSlack, tag: string, ephemerals: number): Promise<string> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (Date.now() < giveUpAt) {
    if ((await cardsOf(ana, tag)).some((card) => !buttonIn(card, ACTIONS.approve))) return "decided";
    const told = (await ana.ephemerals(channels.approvers))[ephemerals]?.text;
    // That she approved it already is what she wanted.
    if (told !== undefined) return /You approved this/.test(told) ? "decided" : told;
    await wait(LOOK_MS);
  }
  // Her click was answered and nothing refused it: it counts.
  return "decided";
}

/** Takes what is played, Lena, and since when her message may have come (milliseconds); returns whether she was shown one. */
export async function getKubeconfig(play: Play, lena: PersonInSlack, since: number): Promise<boolean> {
  const { lane, played } = play;
  const message = (await lena.messages(await lena.dm())).findLast(
    (one) => Number(one.ts) * 1000 > since && buttonIn(one, ACTIONS.getKubeconfig),
  );
  if (message === undefined) {
    await wait(LOOK_MS);
    return false;
  }
  if ((await lena.view()) !== undefined) await closeAll(lena);
  const pressed = await lena.press(message, ACTIONS.getKubeconfig);
  lane.notes.add("lena", `presses Get kubeconfig: ${said(pressed)}`);
  if (!pressed.acked) return false;
  const view = await seeView(lena, (one) => kubeconfigIn(one) !== "" || isRefusal(one));
  const kubeconfig = view === null ? "" : kubeconfigIn(view);
  lane.notes.add("lena", kubeconfig === "" ? `sees ${view === null ? "nothing" : textOf(view)}` : "has the kubeconfig");
  await closeAll(lena);
  if (kubeconfig === "") return false;
  played.kubeconfigs.push({ text: kubeconfig, at: Date.now() });
  play.shown(kubeconfig);
  return true;
}
