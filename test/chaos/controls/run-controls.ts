import { join } from "node:path";
import type { Kubernetes } from "../../workbench/kubernetes.ts";
import type { Result } from "../run-case.ts";
import { type Running, runCases } from "../run-cases.ts";
import { type Control, controls } from "./controls.ts";
import { patchSource, whyUnfit } from "./patched-source.ts";
import { plantedDefects } from "./planted.ts";

/** How many controls there are and how many of them failed, as all must. */
export interface ControlsRun {
  readonly failed: number;
  readonly all: number;
}

type Ground = Pick<Running, "guardian" | "redisServer"> & { readonly kubernetes: Kubernetes };

/** Returns one sentence about the first control or planted defect that cannot be made of this source, or null. */
export function whyNoControls(): string | null {
  return whyUnfit([...controls(), ...plantedDefects()]);
}

/** Runs every planted defect on a lane of its own; returns how many there are, and how many were found. */
export async function runPlanted(ground: Ground, print: (line: string) => void): Promise<ControlsRun> {
  const as = await Promise.all(plantedDefects().map((one, i) => runControl(ground, one, `planted-${i + 1}`, print)));
  return { failed: as.filter(({ isAsItMust }) => isAsItMust).length, all: as.length };
}

/** Runs every control on a lane of its own; those without the cluster's timer at the end, without its controller. */
export async function runControls(ground: Ground, print: (line: string) => void): Promise<ControlsRun> {
  const [withTimer, without] = [
    controls().filter((one) => !one.withoutTimer),
    controls().filter((one) => one.withoutTimer),
  ];
  const first = await Promise.all(withTimer.map((one, i) => runControl(ground, one, `with-${i + 1}`, print)));
  await ground.kubernetes.startControllerManager({ without: ["ttl-after-finished-controller"] });
  const second = await Promise.all(without.map((one, i) => runControl(ground, one, `alone-${i + 1}`, print)));
  const as = [...first, ...second];
  const failed = as.filter(({ control, isAsItMust }) => control.finds !== null && isAsItMust).length;
  const twins = as.filter(({ control, isAsItMust }) => control.finds === null && !isAsItMust).length;
  // Where a twin fails as well, nothing is known of what the control is about.
  return { failed: failed - twins, all: controls().filter(({ finds }) => finds !== null).length };
}

/** What cannot be played is not as it must be, and the last lines are printed all the same. */
async function runControl(ground: Ground, control: Control, name: string, print: (line: string) => void) {
  const result = await play(ground, control, name).catch(
    (cause: unknown) => `it could not be played: ${String(cause)}`,
  );
  const isAsItMust = typeof result !== "string" && isAsMust(control, result);
  const found = typeof result === "string" ? result : result.violations.join("; ") || "nothing";
  print(
    `${name.startsWith("planted") ? "planted" : "control"} ${isAsItMust ? "as it must" : "NOT AS IT MUST"}: ${control.name}\n  without ${control.without}`,
  );
  const met = typeof result === "string" ? "" : ` (${result.shown ?? "what it is about was never met"})`;
  print(`  ${control.case.name}${met}: found ${found.slice(0, 240)}`);
  return { control, isAsItMust };
}

async function play(ground: Ground, control: Control, name: string): Promise<Result> {
  const workerProgram = patchSource(join(ground.guardian.folder, `control-${name}`), control.patches);
  const running = { ...ground, cases: [control.case], lanes: 1, prefix: `${name}-`, workerProgram, over: () => {} };
  const [result] = await runCases(running);
  if (result === undefined) throw new Error("nothing came of it");
  return result;
}

/**
 * Takes what must be found and what came of it; returns whether that is so. A twin that was not met has not shown that it holds.
 * What fails by itself says nothing of the crash it is put to, so that must have happened; a machine that stalls does not
 * make it undone, and excuses no violation.
 */
export function isAsMust(
  { finds }: Pick<Control, "finds">,
  { met, shown, violations }: Pick<Result, "met" | "shown" | "violations">,
): boolean {
  if (finds === null) return met && violations.length === 0;
  return shown !== null && violations.some((words) => finds.test(words));
}
