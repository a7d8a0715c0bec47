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
  /^(POST|DELETE|PATCH|PUT|commit|add(Standard|Delayed)Job|moveToFinished wake|EXEC delivery answer|SET delivery|SET received|settleTold|settleRows|post|edit|show|ack|views|keep|starts|is ready)/;
const PROCESS = /^(bot|worker)-\d$/;

/** The same of the same one within this time is told once. */
const AGAIN_MS = 1_000;

/** Takes notes; returns those worth reading, one a line, with seconds since the first. */
export function tellNotes(notes: readonly Note[]): string {
  const begin = notes[0]?.at ?? 0;
  const last = new Map<string, number>();
  return notes
    .filter(({ who, what }) => !PROCESS.test(who) || TELLING.test(what))
    .filter(({ at, who, what }) => {
      const isNew = at - (last.get(`${who} ${what}`) ?? 0) > AGAIN_MS;
      if (isNew) last.set(`${who} ${what}`, at);
      return isNew;
    })
    .map(({ at, who, what }) => `${((at - begin) / 1000).toFixed(2).padStart(7)} s  ${who.padEnd(9)} ${what}`)
    .join("\n");
}
