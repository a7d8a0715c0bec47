import type { Random } from "../fakes/random.ts";
import type { Case } from "./case.ts";
import { clusterFaults } from "./cluster-faults.ts";
import { earlyEndCases } from "./early-end-cases.ts";
import { freezeCases, killCases, randomCases } from "./kill-cases.ts";
import { longPasses } from "./long-passes.ts";
import { processFaults } from "./process-faults.ts";
import { redisFaults } from "./redis-faults.ts";
import { slackFaults } from "./slack-faults.ts";
import { splitBrains } from "./split-brain.ts";

/** Kills at calls that nobody chose, in a whole run. */
const RANDOM = 24;

/**
 * Takes numbers, how many cases are wanted (null: all) and what their groups and names must hold one of (null: anything); returns them in
 * an order that the numbers decide, so that a part of them is another part each time.
 */
export function allCases(random: Random, most: number | null, only: readonly string[] | null): readonly Case[] {
  const all = [...killCases(), ...freezeCases(), ...randomCases(RANDOM, random), ...earlyEndCases(), ...faultCases()];
  const left = all.filter(({ name, group }) => only?.some((part) => `${group} ${name}`.includes(part)) ?? true);
  const shuffled: Case[] = [];
  while (left.length > 0) shuffled.push(...left.splice(random.below(left.length), 1));
  return shuffled.slice(0, most ?? shuffled.length);
}

function faultCases(): readonly Case[] {
  return [
    ...redisFaults(),
    ...clusterFaults(),
    ...slackFaults(),
    ...processFaults(),
    ...longPasses(),
    ...splitBrains(),
  ];
}
