import { setTimeout as wait } from "node:timers/promises";
import { BOUNDS, type Case, type CaseStage, SETTLE_MS } from "./case.ts";

/** What a fault says that is not the usual. */
export type FaultOptions = Partial<
  Pick<Case, "replicas" | "seconds" | "boundMs" | "settleMs" | "allows" | "play" | "kubeconfigs">
>;

/** Takes a fault's name, what it does, and what is unusual; returns the case. */
export function faultCase(name: string, act: Case["act"], options: FaultOptions = {}): Case {
  return {
    ...{ name, group: "fault", point: null, replicas: 1, seconds: 14, boundMs: BOUNDS.alarm, settleMs: SETTLE_MS },
    ...{ allows: {}, act, ...options },
  };
}

/** Resolves so many milliseconds before the pass's end (negative: after it); at once where there is no pass. */
export async function beforeEnd({ records }: CaseStage, ms: number): Promise<void> {
  const end = await records.decided;
  if (end !== null) await wait(Math.max(0, end - ms - Date.now()));
}

/** What breaks, what mends it, and what shows that it was broken. */
export interface Break {
  readonly breaks: (stage: CaseStage) => unknown;
  readonly mends: (stage: CaseStage) => unknown;
  /** Takes the stage and since when it is broken; returns what shows it (see evidence.ts), or null. */
  readonly met: (stage: CaseStage, since: number) => Promise<string | null>;
}

const LOOK_MS = 100;

/** Takes when it begins, its words, for how long, and what breaks; returns what plays it. */
export function trouble(
  begin: (stage: CaseStage) => Promise<unknown>,
  words: string,
  ms: number,
  broken: Break,
): Case["act"] {
  return async (stage) => {
    await begin(stage);
    await breakFor(stage, words, ms, broken);
  };
}

/** Breaks it now, for so many milliseconds, and notes what shows that it was broken. */
export async function breakFor(
  stage: CaseStage,
  words: string,
  ms: number,
  { breaks, mends, met }: Break,
): Promise<void> {
  const since = Date.now();
  stage.say(`${words}, for ${ms / 1000} s`);
  await breaks(stage);
  const over = wait(ms);
  const stop = new AbortController();
  const looking = lookFor(stage, (one) => met(one, since), stop.signal);
  await over;
  stop.abort();
  // At least one look, however short it was.
  await looking;
  await mends(stage);
  stage.say("that is over");
}

async function lookFor(stage: CaseStage, met: (stage: CaseStage) => Promise<string | null>, stop: AbortSignal) {
  for (;;) {
    const found = await met(stage).catch(() => null);
    if (found !== null) return stage.hit(found);
    if (stop.aborted) return;
    await wait(LOOK_MS, null, { signal: stop }).catch(() => undefined);
  }
}

/** At once when the pass is active. */
export const whenActive = ({ records }: CaseStage): Promise<void> => records.active;

/** At once when it is decided: while it is being made. */
export const whenDecided = ({ records }: CaseStage): Promise<unknown> => records.decided;

/** From the start on. */
export const atOnce = async (): Promise<void> => {};

/** Takes milliseconds before the end. */
export const aheadOfEnd =
  (ms: number) =>
  (stage: CaseStage): Promise<void> =>
    beforeEnd(stage, ms);
