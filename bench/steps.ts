/** The rows of the bench in the order in which they are measured, and what each may be at most. */
import type { Random } from "../test/fakes/random.ts";
import { type ApproveFigures, measureApproveToProven } from "./approve-row.ts";
import { measureBurst } from "./burst-row.ts";
import { measureEndToRefused } from "./end-row.ts";
import type { Ground } from "./ground.ts";
import { measureIdle } from "./idle-row.ts";
import { type ManyRow, measureMany } from "./many-rows.ts";
import { summarize } from "./percentiles.ts";
import { residentMegabytes } from "./process-figures.ts";
import type { Cost, IdleParts } from "./report.ts";
import { type Goals, makeLastRow, makeRow, type Row } from "./rows.ts";

/** Ratios to the limit, but for the last one's bytes (2 KB) and percent of a core. */
export const GOALS: Goals = {
  "approve-to-proven": { p50: 1.3, p99: 2 },
  "end-to-refused": { p50: 1.2, p99: 1.5 },
  "approve-burst": { p50: 1.5, p99: 1.5 },
  "burst-end": { last: 1.3 },
  "revoke-all": { last: 1.5 },
  idle: { bytesPerGrant: 2_048, cpuPercent: 0.5 },
};

/** What a step found out. */
export interface Found {
  readonly rows: readonly Row[];
  readonly costs?: readonly Cost[];
  readonly idle?: IdleParts;
}

/** Rows that are measured together. */
export interface Step {
  readonly rows: readonly string[];
  readonly words: string;
  /** Takes which of its rows are wanted. */
  readonly measure: (ground: Ground, random: Random, wanted: readonly string[]) => Promise<Found>;
  /** Whether access is left on purpose, so that nothing can be measured after it. */
  readonly leaves?: true;
}

export const STEPS: readonly Step[] = [
  {
    rows: ["approve-to-proven"],
    words: "approve → proven: 100 each of ours, limit and bare at 10 a second, in alternating blocks",
    measure: async (ground, random) => {
      const figures = await measureApproveToProven(ground, random);
      const { ours, limit, bare } = figures.samples;
      const row = { ...makeRow("approve-to-proven", ours, limit), bare: summarize(bare) };
      return { rows: [row], costs: costsOf(figures, ground.worker.pid) };
    },
  },
  {
    rows: ["end-to-refused"],
    words: "end → refused: 300 each over 30 s, in halves; 3 of 10 are probed with tokens that the admin minted for it",
    measure: async (ground, random) => {
      const { ours, limit } = await measureEndToRefused(ground, random);
      return { rows: [makeRow("end-to-refused", ours, limit)] };
    },
  },
  {
    rows: ["approve-burst"],
    words: "approve → proven, 100 at once: bursts of ours and of the limit in turns",
    measure: async (ground, random) => {
      const { ours, limit, lost } = await measureBurst(ground, random);
      if (lost.length > 0) console.error(`bench: ${lost.length} grants of ${ours.length} were lost: ${say(lost)}`);
      return { rows: [{ ...makeRow("approve-burst", ours, limit), lost: lost.length }] };
    },
  },
  {
    rows: ["burst-end", "revoke-all"],
    words: "1,000 end at one instant, or by one click: until the last refusal, beside as many bare deletes of bindings",
    measure: async (ground, random, wanted) => {
      const names = wanted as readonly ManyRow[];
      // The other way round: revoking first tells how long it takes to make so many, which is before their end.
      const figures = await measureMany(ground, random, names.toReversed());
      for (const [side, rounds] of Object.entries(figures)) console.log(`  ${side}: ${sayAll(rounds)}`);
      return { rows: names.map((name) => makeLastRow(name, figures[name], figures.limit)) };
    },
  },
  {
    rows: ["idle"],
    words: "10,000 active grants with nothing to do",
    measure: async (ground, random) => {
      const { bytesPerGrant, cpuPercent, ...idle } = await measureIdle(ground, random);
      return { rows: [{ name: "idle", ours: { bytesPerGrant, cpuPercent } }], idle };
    },
    leaves: true,
  },
];

/** Every reason with how often it was one. */
function say(lost: readonly string[]): string {
  const reasons = [...new Set(lost)];
  return reasons.map((reason) => `${lost.filter((one) => one === reason).length} ${reason}`).join(", ");
}

function sayAll(rounds: readonly number[]): string {
  return rounds.length === 0 ? "not asked for" : `${rounds.map((ms) => ms.toFixed(0)).join(", ")} ms`;
}

function costsOf({ calls, grants, workerSeconds }: ApproveFigures, pid: number): readonly Cost[] {
  const plain = (side: "limit" | "bare"): Cost => ({
    side,
    calls: calls[side] / grants,
    cpuSecondsPer100: null,
    residentMegabytes: null,
  });
  const cpuSecondsPer100 = workerSeconds === null ? null : (workerSeconds / grants) * 100;
  const ours = { side: "ours (worker)", calls: calls.ours / grants, cpuSecondsPer100 };
  return [{ ...ours, residentMegabytes: residentMegabytes(pid) }, plain("limit"), plain("bare")];
}
