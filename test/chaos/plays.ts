/** What people do beside asking, approving and getting one kubeconfig. */
import { setTimeout as wait } from "node:timers/promises";
import { northwind } from "../workbench/northwind.ts";
import { getKubeconfig, type Play, playPass, playToYes, tryOn } from "./people.ts";

/** Between two kubeconfigs, where nothing else is waited for. */
const APART_MS = 1_000;
/** Longer than a trial may be left (judge.ts), and time enough for the restart before it. */
const LATE_MS = 26_000;
/** Bots and workers ask Redis every five seconds how it is. */
const HEALTH_MS = 6_000;

/** Lena gets a kubeconfig, and later another one: after the flush, where Redis is flushed. */
export async function playWithSecond(play: Play): Promise<void> {
  await playPass(play);
  await untilFlushed(play);
  await playSecond(play);
}

/** Lena gets a kubeconfig, and another one a second later. */
export async function playTwice(play: Play): Promise<void> {
  await playPass(play);
  await wait(APART_MS);
  await playSecond(play);
}

/** Nobody asks before a replica follows, and before bots know that it does: they ask every five seconds. */
export async function playOnReplica(play: Play): Promise<void> {
  await untilNoted(play, /^a replica follows/);
  await wait(HEALTH_MS);
  await playPass(play);
}

/** Nobody asks before the workers' clocks are off, and before they have compared them: until then a right one would grant. */
export async function playOnWrongClocks(play: Play): Promise<void> {
  await untilNoted(play, /clocks are .* off/);
  await wait(HEALTH_MS);
  await playPass(play);
}

/** Lena lets 26 seconds pass before she gets a kubeconfig: making one would end what a crash has left of the trial. */
export async function playLate(play: Play): Promise<void> {
  const { lane, played } = play;
  await playToYes(play);
  if (!played.decided) return;
  await wait(LATE_MS);
  await tryOn(play, "lena", () => getKubeconfig(play, lane.slack.as(northwind.lena), played.askedAt ?? 0));
}

async function playSecond(play: Play): Promise<void> {
  const { lane, played } = play;
  if (played.kubeconfigs.length > 0) {
    await tryOn(play, "lena", () => getKubeconfig(play, lane.slack.as(northwind.lena), played.askedAt ?? 0));
  }
}

function untilFlushed(play: Play): Promise<void> {
  return untilNoted(play, /^FLUSHALL/);
}

async function untilNoted({ lane, giveUpAt }: Play, words: RegExp): Promise<void> {
  const isNoted = () => lane.notes.all().some(({ who, what }) => who === "chaos" && words.test(what));
  while (!isNoted() && Date.now() < giveUpAt()) await wait(50);
}
