import type { Counts } from "../core/count.ts";
import { ENOUGH_FOR_ALL, OWED_FAULTS } from "./owed-faults.ts";
import type { PlantedDefect } from "./planted-defects.ts";
import type { Found } from "./run-many.ts";

/** Takes what runs held; returns it as a table, so that a stranger sees that they were not empty. */
export function sayCounts(counts: Counts): string {
  const rows = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  const lines = rows.map(
    ([what, count]) => `  ${what.padEnd(66)} ${Math.round(count).toLocaleString("en").padStart(15)}`,
  );
  return ["what the runs held:", ...lines].join("\n");
}

/** Fewer runs say nothing of what runs mostly hold. */
const ENOUGH = 100;

/**
 * Takes what runs held; returns why no violation in them means little, or null: where hardly anything that was approved
 * is lent, there is nothing that could outlive its end (mostly five of six are); where a fault never came, nothing was
 * seen of what it does.
 */
function whyEmpty(counts: Counts): string | null {
  const { "rows: approved": approved = 0, "rows: active": active = 0 } = counts;
  if (approved >= ENOUGH && active <= approved / 2)
    return `of ${approved} approvals only ${active} were lent: runs in which nothing is lent show nothing`;
  if ((counts.runs ?? 0) < ENOUGH_FOR_ALL) return null;
  const missing = OWED_FAULTS.filter((fault) => (counts[fault] ?? 0) === 0);
  return missing.length === 0 ? null : `in ${counts.runs} runs these never came: ${missing.join("; ")}`;
}

/** What `make simulate` came to. */
export interface Played {
  readonly seed: number;
  readonly counts: Counts;
  readonly found: readonly Found[];
  readonly defects: readonly PlantedDefect[];
}

/**
 * Takes what was played; returns the last lines, of which the very last one alone says whether all was well, and whether it
 * was. Runs that show little are no success, so that line counts them as a violation.
 */
export function sayClosing({ seed, counts, found, defects }: Played): {
  readonly lines: string[];
  readonly good: boolean;
} {
  const empty = found.length === 0 ? whyEmpty(counts) : null;
  const violations = found.length + (empty === null ? 0 : 1);
  const seen = defects.filter((defect) => defect.found !== null).length;
  const closing = `simulate: ${counts.runs ?? 0} runs, seed ${seed}, ${violations} violations; ${seen} of ${defects.length} planted defects found`;
  return {
    lines: empty === null ? [closing] : [`VIOLATION by all runs together: ${empty}`, closing],
    good: violations === 0 && seen === defects.length,
  };
}

/** Takes a run that broke an invariant; returns what somebody needs to see why. */
export function sayFound({ run, invariant, words, failsAgain, tape, trace }: Found, seed: number): string {
  const again = `node test/simulation/simulate.ts --tape='${tape}'`;
  return [
    `VIOLATION of ${invariant} in run ${run} of seed ${seed}: ${words}`,
    ...(failsAgain === false ? ["it did not fail again when played alone, which went like this:"] : []),
    ...trace.map((line) => `  ${line}`),
    failsAgain === false ? `its tape, by which it did not fail again: ${again}` : `play it again: ${again}`,
  ].join("\n");
}

/** Takes the planted defects; returns them as a table. */
export function sayDefects(defects: readonly PlantedDefect[]): string {
  const lines = defects.map(({ name, found, runs, words }) => {
    const seen = found === null ? `NOT FOUND in ${runs} runs` : `${found.padEnd(4)} after ${runs} runs`;
    return `  ${name.padEnd(36)} ${seen.padEnd(24)} ${words}`;
  });
  return ["planted defects:", ...lines].join("\n");
}
