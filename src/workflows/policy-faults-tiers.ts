/**
 * Tiers that ask for less than one below them: each is read alone when something is judged, so what is more dangerous would
 * be lent more easily. A policy in force may have such tiers, so lint alone says it.
 */
import type { Policy } from "./policy.ts";
import type { PolicyFault } from "./policy-fault.ts";
import { TIERS, type Tier } from "./policy-schema.ts";

type Tiers = Policy["risk"]["tiers"];

/** One demand of tiers: how strict each is in it, the more the stricter, and what to write where a higher one is less so. */
interface Demand {
  readonly setting: "quorum" | "maxDuration" | "ticket" | "stepUp";
  strictness(tiers: Tiers, tier: Tier): number;
  say(below: string, strictness: number): string;
}

const DEMANDS: readonly Demand[] = [
  {
    setting: "quorum",
    strictness: (tiers, tier) => tiers[tier]?.quorum ?? 1,
    say: (below, quorum) => `needs fewer yeses than ${below}, which needs ${quorum}: write ${quorum} or more`,
  },
  {
    setting: "maxDuration",
    strictness: (tiers, tier) => -(tiers[tier]?.maxDuration ?? Infinity),
    say: (below, strictness) => {
      const most = writeDuration(-strictness);
      return `lasts longer than at ${below}, where it is at most ${most}: write ${most} or less`;
    },
  },
  {
    setting: "ticket",
    strictness: (tiers, tier) => Number(tiers[tier]?.ticket ?? false),
    say: (below) => `needs no ticket, and ${below} does: write true`,
  },
  {
    setting: "stepUp",
    strictness: (tiers, tier) => Number(tiers[tier]?.stepUp ?? false),
    say: (below) => `needs no form, and ${below} does: write true`,
  },
];

/** Takes a policy; returns where a tier asks for less than one below it, each with what to write. */
export function tierFaults({ risk: { tiers } }: Pick<Policy, "risk">): readonly PolicyFault[] {
  return TIERS.flatMap((tier, place) =>
    DEMANDS.flatMap(({ setting, strictness, say }) => {
      const below = TIERS.slice(0, place);
      const strictest = Math.max(...below.map((one) => strictness(tiers, one)));
      const asking = below.findLast((one) => strictness(tiers, one) === strictest);
      if (asking === undefined || strictness(tiers, tier) >= strictest) return [];
      const message = `what is of ${tier} risk ${say(asking, strictest)}`;
      return [{ path: ["risk", "tiers", tier, setting], message }];
    }),
  );
}

/** As it is written in a policy, to the second. */
function writeDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join("");
}
