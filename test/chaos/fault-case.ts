import { setTimeout as wait } from "node:timers/promises";
import { BOUNDS, type Case, type CaseStage, SETTLE_MS } from "./case.ts";

/** What a fault says that is not the usual. */
export type FaultOptions = Partial<Pick<Case, "replicas" | "seconds" | "boundMs" | "settleMs" | "allows" | "play">>;

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

/** Takes when it begins, what breaks, for how long, and what mends it; returns what plays it. */
export function trouble(
  begin: (stage: CaseStage) => Promise<unknown>,
  words: string,
  ms: number,
  { breaks, mends }: { breaks: (stage: CaseStage) => unknown; mends: (stage: CaseStage) => unknown },
): Case["act"] {
  return async (stage) => {
    await begin(stage);
    stage.say(`${words}, for ${ms / 1000} s`);
    await breaks(stage);
    await wait(ms);
    await mends(stage);
    stage.say("that is over");
  };
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
