import type { Lane } from "./lane.ts";
import type { Note } from "./notes.ts";

/** A process that starts is at work when it says that it is ready; under load that takes its time. */
const AT_WORK_MS = 1_000;

/** Takes a lane; returns what the case did to processes, by whom it was done to: `bot-1 is killed …`, as the case says it. */
export function strikesIn(lane: Lane): Note[] {
  return lane.notes.all().flatMap(({ at, who, what }) => {
    const struck = who === "chaos" ? /^((?:bot|worker)-\d) is (?:killed|frozen|ended)/.exec(what)?.[1] : undefined;
    return struck === undefined ? [] : [{ at, who: struck, what }];
  });
}

/** Takes a lane, how many workers it has and an end; returns whether one was at work a second before, and went on. */
export function worksAt(lane: Lane, replicas: 1 | 2, end: number): boolean {
  return lane.workers.slice(0, replicas).some(({ name }) => {
    const changes = [...strikesIn(lane), ...lane.notes.all()].filter(
      ({ who, what }) => who === name && / is (killed|frozen|ended|ready)/.test(` ${what}`),
    );
    const before = changes
      .filter(({ at }) => at <= end - AT_WORK_MS)
      .sort((a, b) => a.at - b.at)
      .at(-1);
    const during = changes.some(({ at, what }) => at > end - AT_WORK_MS && at < end && !what.includes("ready"));
    return (before === undefined || before.what.includes("ready")) && !during;
  });
}
