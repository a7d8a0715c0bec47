import type { Access, Alarms, Clock } from "../workflows/ports.ts";

/** Node's timers ring at once where they are given more than 2^31 - 1 ms, some 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

export interface AlarmParts {
  readonly clock: Clock;
  /** Ends access. Never rejects. */
  readonly ring: (access: Access) => Promise<unknown>;
}

/** Alarms that can be closed, and set anew where the clock was corrected. */
export interface RunningAlarms extends Alarms {
  /** Reckons every alarm anew: after the machine slept, timers stood still while ends came nearer. */
  setAnew(): void;
  close(): void;
}

interface Alarm {
  readonly access: Access;
  readonly afterMs: number;
  timer: NodeJS.Timeout;
}

/**
 * This process's own clock for ends. Redis ends blocking reads on ticks of 10 ms at best and BullMQ hands jobs out one by
 * one; an alarm does neither, and it needs no Redis at all. It dies with the process, so it is never alone.
 */
export function createAlarms({ clock, ring }: AlarmParts): RunningAlarms {
  const alarms = new Map<string, Alarm>();

  function start(access: Access, afterMs: number): NodeJS.Timeout {
    const inMs = access.end + afterMs - clock.now();
    const timer = setTimeout(() => fire(access, afterMs), Math.min(Math.max(inMs, 0), LONGEST_MS));
    return timer.unref();
  }

  /** A timer may be a moment early, by the corrected clock, and a far one rings when it can wait no longer. */
  function fire(access: Access, afterMs: number): void {
    if (clock.now() < access.end + afterMs) {
      alarms.set(access.id, { access, afterMs, timer: start(access, afterMs) });
      return;
    }
    alarms.delete(access.id);
    void ring(access);
  }

  return {
    set({ id, cluster, namespaces, end }, afterMs) {
      const former = alarms.get(id);
      if (former !== undefined && former.access.end + former.afterMs <= end + afterMs) return;
      clearTimeout(former?.timer);
      const access = { id, cluster, namespaces, end };
      alarms.set(id, { access, afterMs, timer: start(access, afterMs) });
    },
    forget(grant) {
      clearTimeout(alarms.get(grant)?.timer);
      alarms.delete(grant);
    },
    setAnew() {
      for (const alarm of alarms.values()) {
        clearTimeout(alarm.timer);
        alarm.timer = start(alarm.access, alarm.afterMs);
      }
    },
    close() {
      for (const { timer } of alarms.values()) clearTimeout(timer);
      alarms.clear();
    },
  };
}
