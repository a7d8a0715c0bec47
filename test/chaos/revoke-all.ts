/** Noor ends all passes at once, of which one is being made. */
import { setTimeout as wait } from "node:timers/promises";
import { COMMANDS, END_WHY, VIEWS } from "../../src/bot/names.ts";
import type { PlayedFault } from "../workbench/fault-proxy-faults.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import { closeAll, said, seeView } from "./client.ts";
import { announce, isOver, isRefused } from "./ending-early.ts";
import { nothingPlayed, type Play, type Played, playPass, playToYes, tryOn } from "./people.ts";

/** What the third pass's maker waits for: past its AccessGrant and its ServiceAccount, before its RoleBinding. */
const HELD = { how: { kind: "hang" }, method: "POST", path: /\/secrets([?]|$)/ } as const;
/** After the answered press, so that what is being made goes on when all others have been told to end. */
const HELD_ON_MS = 500;
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/** What is noted when the third pass's maker goes on. */
export const GOES_ON = "the pass that is being made goes on";

/** Lena has her kubeconfig, Ana's first pass is active, his second one is being made: Noor ends all of them. */
export async function playRevokedAll(play: Play): Promise<void> {
  await playPass(play);
  await lendAna(play);
  if (!(await isActive(play, play.played.beside[0]))) return;
  const { workers, notes } = play.lane;
  const held = workers.flatMap(({ cluster }) => cluster?.play(HELD) ?? []);
  try {
    await lendAna(play);
    if (!(await isMet(held))) return;
    notes.add("chaos", "a pass is being made: the call for its trial's Secret is held");
    const noor = play.lane.slack.as(northwind.noor);
    await tryOn(play, "noor", () => revokeAll(play, noor));
    await wait(HELD_ON_MS);
  } finally {
    for (const one of held) one.lift();
    notes.add("chaos", GOES_ON);
  }
}

async function lendAna(play: Play): Promise<void> {
  const { tag, beside } = play.played;
  const played = nothingPlayed(`${tag} beside ${beside.length + 1}`);
  beside.push(played);
  await playToYes({ ...play, asker: "ana", played });
}

/** Steered by the product's records, as all waiting is. */
async function isActive({ lane }: Play, played: Played | undefined): Promise<boolean> {
  return within(async () => {
    const request = await lane.store.request(played?.request ?? "");
    const grant = request?.state === "approved" ? await lane.store.grant(request.grants[0] ?? "") : null;
    return grant?.state === "active";
  });
}

async function isMet(held: readonly PlayedFault[]): Promise<boolean> {
  return within(async () => held.some(({ met }) => met.length > 0));
}

async function within(is: () => Promise<boolean>): Promise<boolean> {
  for (const giveUpAt = Date.now() + PATIENCE_MS; Date.now() < giveUpAt; await wait(LOOK_MS)) {
    if (await is().catch(() => false)) return true;
  }
  return false;
}

async function revokeAll(play: Play, noor: PersonInSlack): Promise<boolean> {
  await closeAll(noor);
  const before = (await noor.ephemerals(channels.onCall)).length;
  const opened = await noor.command(channels.onCall, COMMANDS.revoke, "all");
  play.lane.notes.add("noor", `types ${COMMANDS.revoke} all: ${said(opened)}`);
  if (!opened.acked) return false;
  if ((await seeView(noor, ({ callback_id: id }) => id === VIEWS.confirmEndAll)) === null) {
    return isOver(play, (await noor.ephemerals(channels.onCall))[before]?.text);
  }
  await announce(play);
  const confirmed = await noor.submit({ [END_WHY]: "Nobody may look at anything now" });
  play.lane.notes.add("noor", `confirms that all end: ${said(confirmed)}`);
  if (isRefused(confirmed)) return isOver(play, said(confirmed));
  play.played.endAnsweredAt = Date.now();
  return true;
}
