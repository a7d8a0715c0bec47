import { ApiException } from "@kubernetes/client-node";
import type { Call } from "../../fakes/gate.ts";
import { ReplyError } from "../../fakes/redis/values.ts";

/** What runs held, so that a stranger sees that they were not empty. Counts of many runs can be added up. */
export type Counts = Record<string, number>;

/** What is called is one of these. */
const KINDS: Readonly<Record<string, string>> = { redis: "Redis", disk: "the disk", slack: "Slack" };

/** An API server has forgotten the version, or the place in a list, from which somebody wants to go on. */
const GONE = 410;
/** Redis has no memory left. */
const FULL = "OOM";

function kindOf(part: string): string {
  return KINDS[part] ?? "clusters";
}

/** Put together once: some five hundred calls are counted in a run. */
const CALLS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(KINDS).map(([part, kind]) => [part, `calls to ${kind}`]),
);

export interface Count {
  /** One more of something. */
  add(what: string): void;
  call(part: string): void;
  /** A call met a fault. */
  fault(fate: string, part: string): void;
  /** A part said no to a call, in its own words. */
  refusal(call: Call, cause: unknown): void;
  readonly all: Counts;
}

/** Returns counts of nothing. */
export function createCount(): Count {
  const all: Counts = {};
  const add = (what: string) => {
    all[what] = (all[what] ?? 0) + 1;
  };
  return {
    add,
    call: (part) => add(CALLS[part] ?? "calls to clusters"),
    fault: (fate, part) => add(`fault of a call to ${kindOf(part)}: ${fate}`),
    refusal: (call, cause) => {
      const words = refusalOf(call, cause);
      if (words !== null) add(`answers of ${kindOf(call.to)}: ${words}`);
    },
    all,
  };
}

/** Of the answers that only a part in trouble gives; others are of every day, such as 404. */
function refusalOf(call: Call, cause: unknown): string | null {
  if (cause instanceof ApiException) return cause.code === GONE ? `410 to a ${call.what.split(" ")[0]}` : null;
  return cause instanceof ReplyError && cause.message.startsWith(FULL) ? FULL : null;
}

/** Adds counts to a sum. */
export function addCounts(sum: Counts, more: Counts): void {
  for (const [what, count] of Object.entries(more)) sum[what] = (sum[what] ?? 0) + count;
}
