import { isStalled } from "./judge-access.ts";
import { POINTS } from "./points.ts";
import type { Result } from "./run-case.ts";

/** Takes a result; returns its row: case, worst lag, approvals lost, words lost and doubled, violations. */
export function row(result: Result): string {
  const { case: one, lagMs, boundMs, stallMs, lostApprovals, lostWords, doubledWords, violations, met } = result;
  const lag = lagMs === null ? "–" : (lagMs / 1000).toFixed(2);
  const bound = (boundMs / 1000).toFixed(0);
  const words = `${lostWords}/${doubledWords}`;
  const stall = (stallMs / 1000).toFixed(1);
  const cells = [
    lag.padStart(6),
    bound.padStart(3),
    stall.padStart(5),
    String(lostApprovals).padStart(4),
    words.padStart(5),
    String(violations.length).padStart("violations".length),
  ];
  const wrong = violations.length === 0 ? (met ? "" : whyNotMet(result)) : `VIOLATED: ${violations.join("; ")}`;
  const took = `${result.seconds.toFixed(0).padStart(3)} s`;
  return `${one.group.padEnd(7)} ${one.name.padEnd(66)} ${cells.join(" ")}  ${took}  ${wrong}`.trimEnd();
}

function whyNotMet({ stallMs }: Result): string {
  return isStalled(stallMs) ? "not met: the machine stalled for more than a second" : "not met";
}

/** The table's head. */
export const HEAD = `${"".padEnd(7)} ${"case".padEnd(66)} ${"lag s".padStart(6)} max stall lost words violations   took`;

/** Takes all results; returns how often each point was struck, and how many passes were lent. */
export function coverage(results: readonly Result[]): string {
  const struck = results.filter(({ met, case: one }) => met && one.point !== null);
  const lines = POINTS.map(({ id, words }) => {
    const those = struck.filter(({ case: one }) => one.point === id);
    const kills = those.filter(({ case: one }) => one.group === "kill").length;
    return `  ${id.padEnd(18)} ${String(kills).padStart(2)} kills, ${those.length - kills} freezes   ${words}`;
  });
  const covered = new Set(struck.map(({ case: one }) => one.point)).size;
  const { lent, all } = lentOf(results);
  const words = `passes lent: ${lent} of ${all}, but for cases in which people may be refused or denied`;
  return [`points struck: ${covered} of ${POINTS.length}`, ...lines, words].join("\n");
}

/**
 * Of so many passes and more, that part at least is lent: where the only worker comes back after the end, some are not (13 of
 * 492 cases, measured), and a product that gives up what a crash leaves would be one that lets nothing last.
 */
const ENOUGH = 100;
const LENT_PART = 0.75;

function lentOf(results: readonly Result[]): { readonly lent: number; readonly all: number; readonly few: boolean } {
  const due = results.filter(({ case: { allows } }) => allows.refused === undefined && allows.denied === undefined);
  const [lent, all] = [due.filter((one) => one.lent).length, due.length];
  return { lent, all, few: all >= ENOUGH && lent < all * LENT_PART };
}

/** The last two lines, and whether all is as it must be. */
export interface Closing {
  readonly planted: string;
  readonly line: string;
  readonly good: boolean;
}

type Count = { readonly failed: number; readonly all: number };

/** Takes the results, how many of the controls failed, and of the planted defects were found; returns what is said at last. */
export function closing(results: readonly Result[], controls: Count, planted: Count): Closing {
  const violations = results.reduce((sum, { violations }) => sum + violations.length, 0);
  const lost = results.reduce((sum, { lostApprovals, lostWords }) => sum + lostApprovals + lostWords, 0);
  const worst = Math.max(0, ...results.flatMap(({ lagMs }) => (lagMs === null ? [] : [lagMs])));
  const { lent, all, few } = lentOf(results);
  const notMet = results.filter(({ met }) => !met).length;
  const line =
    `chaos: ${results.length} cases, ${violations} violations, ${lost} lost, worst lag ${(worst / 1000).toFixed(1)} s; ` +
    `controls ${controls.failed} of ${controls.all} failed` +
    (notMet > 0 ? `; ${notMet} not met` : "") +
    (few ? `; only ${lent} of ${all} passes were lent` : "");
  const isSeen = controls.failed === controls.all && planted.failed === planted.all;
  return {
    planted: `planted defects: ${planted.failed} of ${planted.all} found`,
    line,
    good: results.length > 0 && violations + lost + notMet === 0 && !few && isSeen,
  };
}
