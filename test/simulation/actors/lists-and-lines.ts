/** Troubles of what workers hear from clusters, and of one worker's lines while the others' are well. */
import { lineOf } from "../core/weather.ts";
import { LEDGER_AWAY, listsOf } from "../oracle/excuses.ts";
import { type Act, clusterAt, endAfter, type NemesisParts } from "./acts.ts";

/** When a cluster forgets once more: while a list that it began is still read. */
const FORGETS_AT_MS = [0, 400, 1_000, 1_600];
/** Half of all numbers that an act is given. */
const HALF = 6;

/**
 * One worker alone reaches a part no more: it is as good as dead to what needs that part, and comes back. Where there is no
 * other worker, the part is away.
 */
function cutOff(parts: NemesisParts, lastsMs: number, { nth, part }: { nth: number; part: string }): void {
  const { run, fleet, oracle, world } = parts;
  const workers = fleet.workers();
  const worker = workers[nth % workers.length] ?? "";
  run.trace.say(worker, `does not reach ${part} from now on`);
  run.weather.begin(lineOf(worker, part), nth < HALF ? "silent" : "refusing", lastsMs);
  oracle.excuses.cut(part, worker);
  oracle.excuses.note("workers", world.now());
  endAfter(parts, lastsMs, () => {
    oracle.excuses.joined(part, worker);
    oracle.excuses.note("workers", world.now());
  });
}

export const LISTS_AND_LINES: readonly Act[] = [
  {
    words: "a cluster's watches break",
    begin: (parts, _, nth) => clusterAt(parts, nth).breakWatches(),
  },
  {
    words: "a cluster forgets its history, and lists come page by page",
    begin: (parts, lastsMs, nth) => {
      const living = clusterAt(parts, nth);
      living.setSmallPages(true);
      for (const at of FORGETS_AT_MS) parts.run.timeline.plan(at, living.forgetHistory, null);
      parts.run.timeline.plan(0, living.breakWatches, null);
      parts.oracle.excuses.note(listsOf(living.kubernetes.id), parts.world.now() + Math.max(...FORGETS_AT_MS));
      endAfter(parts, lastsMs, () => living.setSmallPages(false));
    },
  },
  {
    words: "one worker alone does not reach a cluster",
    begin: (parts, lastsMs, nth) => cutOff(parts, lastsMs, { nth, part: clusterAt(parts, nth >> 1).kubernetes.id }),
  },
  {
    words: "one worker alone does not reach Redis",
    begin: (parts, lastsMs, nth) => cutOff(parts, lastsMs, { nth, part: "redis" }),
  },
  {
    words: "the ledger's disk can be neither read nor written",
    begin: (parts, lastsMs, nth) => {
      const { run, oracle } = parts;
      run.weather.begin("disk", nth < HALF ? "silent" : "refusing", lastsMs);
      oracle.excuses.begin(LEDGER_AWAY);
      endAfter(parts, lastsMs, () => oracle.excuses.over(LEDGER_AWAY));
    },
  },
];
