/** One thing that happened in a case: when, to whom, and what. */
export interface Note {
  readonly at: number;
  /** A process, a person, or the part of the harness that saw it. */
  readonly who: string;
  readonly what: string;
}

/** What happened in a case, for the oracle and for people who read its account. */
export interface Notes {
  add(who: string, what: string): void;
  /** In the order in which they came. */
  all(): readonly Note[];
  /** Begins anew. */
  clear(): void;
}

/** Returns notes with nothing on them. */
export function createNotes(): Notes {
  let list: Note[] = [];
  return {
    add: (who, what) => void list.push({ at: Date.now(), who, what }),
    all: () => list,
    clear: () => {
      list = [];
    },
  };
}

/** What changes something, or is the harness's own; the rest is reading, leases and heartbeats. */
const TELLING =
  /^(POST|DELETE|PATCH|PUT|commit|add(Standard|Delayed)Job|moveTo(Active|Finished) wake|EXEC|SET delivery|SET received|settleTold|XDEL|post|edit|show|ack|views)/;
const PROCESS = /^(bot|worker)-\d$/;

/** Takes notes; returns those worth reading, one a line, with seconds since the first. */
export function tellNotes(notes: readonly Note[]): string {
  const begin = notes[0]?.at ?? 0;
  return notes
    .filter(({ who, what }) => !PROCESS.test(who) || TELLING.test(what))
    .map(({ at, who, what }) => `${((at - begin) / 1000).toFixed(2).padStart(7)} s  ${who.padEnd(9)} ${what}`)
    .join("\n");
}
