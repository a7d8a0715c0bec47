import type { Events } from "../workflows/ports.ts";
import { withoutCommand } from "./store-unavailable.ts";

/** A full Redis makes BullMQ emit thousands of errors a second. */
const QUIET_MS = 5_000;

/** Takes where to report and what; returns a listener that reports one error in five seconds and counts the rest. */
export function reportRarely(events: Events, what: string): (cause: unknown) => void {
  let quietUntil = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (cause) => {
    const now = performance.now();
    if (now < quietUntil) {
      unsaid += 1;
      return;
    }
    events.failed(what, { unsaid }, withoutCommand(cause));
    quietUntil = now + QUIET_MS;
    unsaid = 0;
  };
}
