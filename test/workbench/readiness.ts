import { setTimeout as wait } from "node:timers/promises";
import type { Child } from "./guardian.ts";

export interface Awaited {
  /** What is awaited, in words for the error. */
  what: string;
  /** Answers whether it is there; an exception counts as "not yet". */
  probe(): Promise<boolean>;
  /** The process that it depends on: its end ends the waiting. */
  child?: Child;
  timeoutMs?: number;
}

/** Polls until the probe says yes. Throws, with the end of the child's log, when that does not come to pass. */
export async function waitUntil({ what, probe, child, timeoutMs = 30_000 }: Awaited): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  let reason: unknown;
  while (Date.now() < giveUpAt) {
    try {
      if (await probe()) return;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
    if (child?.hasExited()) throw new Error(`${what}: ${child.name} has ended${endOfLog(child)}`);
    await wait(25);
  }
  throw new Error(`${what}: not within ${timeoutMs / 1000} s${endOfLog(child)}`, { cause: reason });
}

/** The last lines that a child wrote, for an error message. */
export function endOfLog(child: Child | undefined): string {
  if (!child) return "";
  const lines = child.readLog().trimEnd().split("\n").slice(-15);
  return `; the last it wrote:\n${lines.join("\n")}`;
}
