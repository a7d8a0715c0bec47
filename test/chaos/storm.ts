/** Too Many Requests from the API server, and whether a worker leaves it alone for as long as it asks for. */
import type { PlayedFault } from "../workbench/fault-proxy-faults.ts";
import type { Case, CaseStage } from "./case.ts";
import { breakFor } from "./fault-case.ts";
import { say } from "./judge-access.ts";

/** Calls that were on their way already when the answer came: even on a machine that stalls. */
const ON_ITS_WAY_MS = 1_000;
/** What the two processes' clocks and a timer may be off by. */
const OFF_MS = 200;

/** Takes when it begins, for how long, and what Retry-After says, in seconds; returns what plays and judges it. */
export function storm(begin: (stage: CaseStage) => Promise<unknown>, ms: number, retryAfter: number): Case["act"] {
  return async (stage) => {
    const { workers } = stage.lane;
    const played = new Map<string, PlayedFault>();
    await begin(stage);
    await breakFor(stage, `a storm of 429, Retry-After ${retryAfter}`, ms, {
      breaks: () => {
        for (const { name, cluster } of workers) {
          const one = cluster?.play({ how: { kind: "answer", status: 429, retryAfter } });
          if (one !== undefined) played.set(name, one);
        }
      },
      mends: () => Promise.all(workers.map(({ cluster }) => cluster?.heal())),
      met: async () => {
        const [call] = [...played.values()].flatMap(({ met }) => met);
        return call === undefined ? null : `${call.method} ${call.path.slice(0, 80)} meets it`;
      },
    });
    for (const [name, { met }] of played) {
      const early = firstTooSoon(met, retryAfter * 1_000);
      if (early !== null) stage.blame(`${name} came back ${say(early)} after a 429 with Retry-After ${retryAfter}`);
    }
  };
}

/** By the fault proxy's own record of the calls that met the storm, in order. */
function firstTooSoon(met: PlayedFault["met"], afterMs: number): number | null {
  for (const refused of met) {
    const next = met.find(({ at }) => at > refused.at + ON_ITS_WAY_MS && at < refused.at + afterMs - OFF_MS);
    if (next !== undefined) return next.at - refused.at;
  }
  return null;
}
