/** Passes that somebody ends before their end, and what goes wrong while they do (invariant I8 on real parts). */
import { setTimeout as wait } from "node:timers/promises";
import { clusterPlays, redisDead, redisFrozen, redisSilent, workersDead } from "./breaks.ts";
import { BOUNDS, type Case, type CaseStage, EARLY, SETTLE_MS } from "./case.ts";
import { ANNOUNCED_MS, playHandedBack, playRevoked } from "./ending-early.ts";
import { type Break, breakFor } from "./fault-case.ts";
import { killAndRestart } from "./kill-cases.ts";
import { GOES_ON, playRevokedAll } from "./revoke-all.ts";
import type { Bait } from "./trap.ts";

/** Long past all bounds of an early end, so that what was lost cannot look like one. */
const SECONDS = 60;
const OUTAGE_MS = 8_000;

interface Outage {
  readonly words: string;
  readonly broken: Break;
  readonly allows: Case["allows"];
}

/** Where what Slack took stands may not be written down while Redis is away; nothing else here can double a word. */
const unkept = { unkept: 1 } as const;
const frozen: Outage = { words: "Redis is frozen", broken: redisFrozen, allows: unkept };

/** What is away when somebody presses; what was answered all the same must hold. */
const OUTAGES: readonly Outage[] = [
  frozen,
  { words: "Redis is killed", broken: redisDead, allows: unkept },
  { words: "the lines to Redis are silent", broken: redisSilent, allows: unkept },
  { words: "the cluster hangs", broken: clusterPlays({ how: { kind: "hang" } }), allows: {} },
  { words: "no worker lives", broken: workersDead, allows: {} },
];

const WHO = [
  { words: "on-call revokes", play: playRevoked, ack: "ack confirm_end_form" },
  { words: "the grantee hands back", play: playHandedBack, ack: "ack end_own_grant" },
] as const;

/** What is called between the press and the last proof, by whom and on which line. */
const CALLS: readonly Pick<Bait, "side" | "line" | "call">[] = [
  { side: "bot", line: "redis", call: "commit ending" },
  { side: "bot", line: "redis", call: "addStandardJob wake" },
  { side: "bot", line: "slack", call: null },
  { side: "worker", line: "redis", call: "moveToActive wake" },
  { side: "worker", line: "cluster", call: "DELETE rolebindings" },
  { side: "worker", line: "cluster", call: "DELETE secrets d1" },
  { side: "worker", line: "cluster", call: "DELETE serviceaccounts" },
  { side: "worker", line: "cluster", call: "DELETE accessgrants" },
  { side: "worker", line: "cluster", call: "POST subjectaccessreviews" },
  { side: "worker", line: "redis", call: "commit ended" },
];

/** Returns passes that end early in health, while a process is killed, and while Redis or the cluster is away. */
export function earlyEndCases(): readonly Case[] {
  const healthy = WHO.flatMap(({ words, play }) =>
    ([1, 2] as const).map((replicas) => earlyCase(`${words}, ${replicas} each`, { play, replicas, act: inHealth })),
  );
  const kills = CALLS.flatMap((call, i) =>
    (["before", "after"] as const).map((when, j) => killed(call, when, (i + j) % 2 === 0 ? 0 : 1, i % 4 < 2 ? 1 : 2)),
  );
  const outages = OUTAGES.flatMap((one, i) =>
    ([0, ANNOUNCED_MS + 20] as const).map((afterMs, j) => {
      const { words, play } = WHO[(i + j) % 2] ?? WHO[0];
      const name = `${words}, ${one.words} for ${OUTAGE_MS / 1000} s ${afterMs === 0 ? "before" : "as"} it is pressed`;
      const act = (stage: CaseStage) => outage(stage, one, afterMs);
      return earlyCase(name, { play, replicas: j === 0 ? 1 : 2, act, allows: one.allows });
    }),
  );
  return [...healthy, ...kills, ...outages, ...allAtOnce()];
}

const ALL = "on-call revokes all of three, one being made";

/** By one press: in health, and where a bot dies between two of them, a worker as it ends the first, or Redis is silent. */
function allAtOnce(): readonly Case[] {
  const kill = (bait: Bait) => (stage: CaseStage) => afterwards(stage, () => killAndRestart(stage, bait, "at once"));
  const ending: Bait = { side: "bot", line: "redis", call: "commit ending", nth: 1, when: "after" };
  const unbinding: Bait = { side: "worker", line: "cluster", call: "DELETE rolebindings", nth: 1, when: "before" };
  const one = (words: string, replicas: 1 | 2, act: Case["act"], allows: Case["allows"] = {}) => ({
    ...earlyCase(`${ALL}${words}, ${replicas} each`, { play: playRevokedAll, replicas, act, allows }),
  });
  const inHealthToo = (stage: CaseStage) => afterwards(stage, () => inHealth(stage));
  return [
    ...([1, 2] as const).map((replicas) => ({ ...one("", replicas, inHealthToo), early: EARLY.healthOnceMade })),
    one(`, a bot is killed after “${ending.call}”`, 2, kill(ending)),
    one(`, a worker is killed before “${unbinding.call}”`, 1, kill(unbinding)),
    one(
      `, Redis is frozen for ${OUTAGE_MS / 1000} s as it is pressed`,
      1,
      (stage) => afterwards(stage, () => outage(stage, frozen, ANNOUNCED_MS + 20)),
      unkept,
    ),
  ];
}

/** All is well again no sooner than the pass that was being made may go on. */
async function afterwards(stage: CaseStage, act: () => Promise<void>): Promise<void> {
  await stage.pressing;
  await act();
  while (!stage.over.aborted && !stage.lane.notes.all().some(({ what }) => what === GOES_ON)) await wait(50);
}

/** Nothing is broken, so that the press itself is all that can be missed. */
async function inHealth({ pressing, over, hit }: CaseStage): Promise<void> {
  await pressing;
  if (!over.aborted) hit("somebody is about to end it early");
}

async function outage(stage: CaseStage, { words, broken }: Outage, afterMs: number): Promise<void> {
  await stage.pressing;
  if (stage.over.aborted) return;
  await wait(afterMs);
  await breakFor(stage, words, OUTAGE_MS, broken);
}

function killed(call: (typeof CALLS)[number], when: Bait["when"], who: 0 | 1, replicas: 1 | 2): Case {
  const { words, play, ack } = WHO[who];
  const bait: Bait = { ...call, when, nth: 1, call: call.call ?? ack };
  const name = `${words}, a ${call.side} is killed ${when} “${bait.call}”, ${replicas} each`;
  const act = async (stage: CaseStage) => {
    await stage.pressing;
    await killAndRestart(stage, bait, "at once");
  };
  return earlyCase(name, { play, replicas, act });
}

interface Played {
  readonly play: NonNullable<Case["play"]>;
  readonly replicas: 1 | 2;
  readonly act: Case["act"];
  readonly allows?: Case["allows"];
}

function earlyCase(name: string, { play, replicas, act, allows = {} }: Played): Case {
  return {
    ...{ name, group: "early", point: null, replicas, seconds: SECONDS, settleMs: SETTLE_MS, play, act, allows },
    ...{ boundMs: BOUNDS.heard, early: act === inHealth ? EARLY.health : EARLY.trouble },
  };
}
