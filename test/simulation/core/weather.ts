import type { Timeline } from "./timeline.ts";

/**
 * What a part in trouble does with a call: nothing, until the caller's patience is over; refuse it at once; or tell every
 * other one to come again later.
 */
export type Trouble = "silent" | "refusing" | "throttling";

/** The troubles that last: a whole part of the world is away for a while. */
export interface Weather {
  /** What befalls a call of a process to a part. */
  of(part: string, caller: string): Trouble | null;
  /** A part is in trouble for so many milliseconds; a trouble that is there already is not made shorter. */
  begin(part: string, trouble: Trouble, forMs: number): void;
  /** All troubles end now. */
  clear(): void;
}

/** Takes a process and a part; returns what stands for the line between these two alone: it may be in trouble itself. */
export function lineOf(caller: string, part: string): string {
  return `${caller} to ${part}`;
}

/** Takes the timeline; returns fair weather. `begun` and `ended` hear of each part. */
export function createWeather(
  timeline: Timeline,
  ended: (part: string) => void,
  begun: (part: string) => void,
): Weather {
  const troubles = new Map<string, { readonly trouble: Trouble; readonly until: number }>();

  function end(part: string): void {
    if (!troubles.delete(part)) return;
    ended(part);
  }
  return {
    of: (part, caller) => {
      if (troubles.size === 0) return null;
      return (troubles.get(part) ?? troubles.get(lineOf(caller, part)))?.trouble ?? null;
    },
    begin(part, trouble, forMs) {
      const until = timeline.now() + forMs;
      if ((troubles.get(part)?.until ?? 0) >= until) return;
      if (!troubles.has(part)) begun(part);
      troubles.set(part, { trouble, until });
      timeline.plan(
        forMs,
        () => {
          if (troubles.get(part)?.until === until) end(part);
        },
        null,
      );
    },
    clear() {
      for (const part of [...troubles.keys()]) end(part);
    },
  };
}
