/** Slack in trouble, and people who press at the same time: F8 and F9 of performance.md §5.4. */
import { setTimeout as wait } from "node:timers/promises";
import { ACTIONS, DENY_WHY, VIEWS } from "../../src/bot/names.ts";
import { buttonIn } from "../workbench/journey.ts";
import { northwind } from "../workbench/northwind.ts";
import { slackFrozen, slackPlays } from "./breaks.ts";
import { cardsOf } from "./cards-seen.ts";
import type { Case, CaseStage } from "./case.ts";
import { slackIsCalled } from "./evidence.ts";
import { aheadOfEnd, atOnce, faultCase, trouble, whenDecided } from "./fault-case.ts";
import { strike } from "./kill-cases.ts";
import { type Play, playPass } from "./people.ts";

/** Slack took it and said nothing, or something else: it is told once more. */
const unkept = { unkept: 1 } as const;
/** All three times it may have been the same message. */
const unkeptThreeTimes = { unkept: 3 } as const;
/** Past the end, so that all is told of it. */
const AFTER_MS = 3_000;
/** Returns Slack's troubles, and clicks that race. */
export function slackFaults(): readonly Case[] {
  const many = { times: 50 };
  return [
    faultCase(
      "F9 Slack says 429 to every post, Retry-After 2, for 8 s from the yes on",
      trouble(
        whenDecided,
        "429",
        8_000,
        slackPlays({ kind: "rate-limit", method: "chat.postMessage", retryAfterSeconds: 2, ...many }),
      ),
    ),
    faultCase(
      "F9 Slack says 503 after it took a post, three times",
      trouble(
        atOnce,
        "503 after the effect",
        20_000,
        slackPlays({ kind: "after-commit", method: "chat.postMessage", times: 3 }),
      ),
      { allows: unkeptThreeTimes },
    ),
    faultCase(
      "F9 Slack cuts the connection after it took a post, three times",
      trouble(atOnce, "cut", 20_000, slackPlays({ kind: "reset", commit: true, method: "chat.postMessage", times: 3 })),
      { allows: unkeptThreeTimes },
    ),
    faultCase(
      "F9 Slack says 503 to everything for 10 s across the end",
      trouble(aheadOfEnd(4_000), "503", 10_000, slackPlays({ kind: "http", status: 503, ...many })),
      { replicas: 2 },
    ),
    faultCase(
      "F9 Slack hangs for 15 s across the end",
      trouble(aheadOfEnd(4_000), "Slack is frozen", 15_000, slackFrozen),
      {
        ...{ allows: unkept, settleMs: 35_000 },
      },
    ),
    faultCase("F9 Slack hangs for 5 s as the verdict is posted", frozenAtVerdict, { allows: unkept }),
    faultCase("F9 the socket is cut every two seconds", socketCut, { seconds: 24 }),
    faultCase("F8 two approvers press at once, ten times each", atOnce, { play: pressedByTwo, replicas: 2 }),
    faultCase("F8 one approves while the other denies", atOnce, {
      play: approvedAndDenied,
      replicas: 2,
      allows: { denied: true },
    }),
    faultCase("F8 the click on Approve comes again in mid-life and after the end", atOnce, {
      ...{ play: approvedAgain, replicas: 2 },
    }),
  ];
}

/** By the clock alone, five seconds may pass in which there is nothing to tell. */
async function frozenAtVerdict(stage: CaseStage): Promise<void> {
  const bait = { side: "bot", line: "slack", call: "post verdict", nth: 1, when: "before" } as const;
  const sender = await strike(stage, bait, async ({ name }, call) => {
    await slackFrozen.breaks(stage);
    stage.hit(`${name} calls “${call}”`);
    stage.say("Slack is frozen, for 5 s");
    return "pass";
  });
  if (sender === null) return;
  await wait(5_000);
  await slackFrozen.mends(stage);
  stage.say("that is over");
}

async function socketCut(stage: CaseStage): Promise<void> {
  for (let i = 0; i < 8; i++) {
    await stage.lane.slack.sockets("drop");
    stage.say("the socket is cut");
    // Whose socket was cut opens another one.
    const since = Date.now();
    await wait(2_000);
    const again = await slackIsCalled(/^apps\.connections\.open/)(stage, since);
    if (again !== null) stage.hit(again);
  }
}

/** Ana and Ben press Approve ten times each in one moment; then all goes on as usual. */
async function pressedByTwo(play: Play): Promise<void> {
  await Promise.all([playPass(play), pressMany(play)]);
}

async function pressMany(playing: Play): Promise<void> {
  const { lane, hit } = playing;
  const people = [lane.slack.as(northwind.ana), lane.slack.as(northwind.ben)];
  const card = await firstCard(playing);
  if (card === null) return;
  const presses = people.flatMap((person) =>
    Array.from({ length: 10 }, () => person.press(card, ACTIONS.approve, { stale: true }).catch(() => null)),
  );
  const outcomes = await Promise.all(presses);
  const answered = outcomes.filter((one) => one?.acked).length;
  if (answered > 1) hit(`${answered} of ${presses.length} presses are answered`);
}

async function firstCard({ lane, played, giveUpAt }: Play) {
  const ana = lane.slack.as(northwind.ana);
  while (Date.now() < giveUpAt()) {
    const card = (await cardsOf(ana, played.tag)).find((one) => buttonIn(one, ACTIONS.approve));
    if (card !== undefined) return card;
    await wait(20);
  }
  return null;
}

/** Whoever is first decides; the other is told so. */
async function approvedAndDenied(playing: Play): Promise<void> {
  await Promise.all([playPass(playing), deny(playing)]);
}

async function deny(playing: Play): Promise<void> {
  const ben = playing.lane.slack.as(northwind.ben);
  const card = await firstCard(playing);
  if (card === null) return;
  const pressed = await ben.press(card, ACTIONS.deny, { stale: true });
  const form = await ben.waitForView(({ callback_id: id }) => id === VIEWS.deny, 2_000).catch(() => null);
  const sent = form === null ? null : await ben.submit({ [DENY_WHY]: "Not today" });
  if (pressed.acked) playing.hit("Ben presses Deny beside Ana");
  playing.lane.notes.add(
    "ben",
    `denies: ${JSON.stringify({ pressed: pressed.acked, sent: sent?.acked, errors: sent?.errors })}`,
  );
  if (sent?.acked === true && sent.errors === undefined) playing.played.deniedAt = Date.now();
}

/** What Slack delivers late is the same button of a card that has long changed. */
async function approvedAgain(playing: Play): Promise<void> {
  const { lane, played, hit } = playing;
  const early = firstCard(playing);
  await playPass(playing);
  const card = await early;
  const again = async (when: string) => {
    if (card === null) return null;
    const pressed = await lane.slack.as(northwind.ana).press(card, ACTIONS.approve, { stale: true });
    lane.notes.add("ana", `presses Approve once more, ${when}: ${pressed.acked ? "answered" : "not answered"}`);
    return pressed.acked;
  };
  const inLife = await again("in mid-life");
  const request = await lane.store.request(played.request ?? "");
  if (request?.state !== "approved") return;
  await wait(request.end + AFTER_MS - Date.now());
  const afterwards = await again("after the end");
  if (inLife === true && afterwards === true) hit("both of the later clicks are answered");
}
