/** Passes that last longer than a delivery's check takes, so that a kubeconfig which is in use is seen to stay so. */
import { setTimeout as wait } from "node:timers/promises";
import { redisFrozen } from "./breaks.ts";
import type { Case, CaseStage } from "./case.ts";
import { faultCase } from "./fault-case.ts";
import { untilShown } from "./flush.ts";
import { strike } from "./kill-cases.ts";

/** The check comes 45 s after the click, and what it ends is let in for 10 s more: both are over long before the end. */
const SECONDS = 70;
const CHECKED_MS = 57_000;
const FROZEN_MS = 8_000;

/** Returns them: in health, and where Redis is silent as the bot would write down that a kubeconfig was shown. */
export function longPasses(): readonly Case[] {
  return [
    faultCase("one kubeconfig is in use all the time, a pass of 70 s in health", inUse, { seconds: SECONDS }),
    faultCase("F3 Redis hangs for 8 s as the kubeconfig is shown, a pass of 70 s in use", unsaid, {
      ...{ seconds: SECONDS, allows: { unkept: 1 } },
    }),
  ];
}

/** Nothing is broken: what must be met is the time at which an unread kubeconfig is dead. */
async function inUse(stage: CaseStage): Promise<void> {
  await untilShown(stage);
  const [shown] = stage.played.kubeconfigs;
  if (shown === undefined) return;
  await wait(shown.at + CHECKED_MS - Date.now());
  stage.hit("its check is over");
}

async function unsaid(stage: CaseStage): Promise<void> {
  const bait = { side: "bot", line: "slack", call: "show kubeconfig", nth: 1, when: "before" } as const;
  const bot = await strike(stage, bait, async ({ name }, call) => {
    await redisFrozen.breaks(stage);
    stage.say(`Redis is frozen as ${name} calls “${call}”, for ${FROZEN_MS / 1000} s`);
    const found = await redisFrozen.met(stage, Date.now());
    if (found !== null) stage.hit(found);
    return "pass";
  });
  if (bot === null) return;
  await wait(FROZEN_MS);
  await redisFrozen.mends(stage);
  stage.say("that is over");
}
