import { judgeWish } from "../../src/workflows/judge.ts";
import type { ClusterFacts, PolicyInForce } from "../../src/workflows/ports.ts";
import type { Around, Wish } from "../../src/workflows/wish.ts";
import { NOON, SAMPLE_FACTS, sampleAround, sampleForce, sampleRecord } from "./samples.ts";

/** Two hours of logs in payments, as mia asks for them. */
export const SAMPLE_WISH: Wish = {
  ...{ cluster: "prod", namespaces: ["payments"], profile: "logs", duration: "2h", ticket: null, startsAt: null },
  reason: "Restart loop in api since the deploy",
};

/** What may differ from mia's asking at NOON, by the sample policy. */
export interface Judged {
  readonly force?: PolicyInForce;
  readonly person?: string;
  readonly facts?: ClusterFacts | null;
  readonly around?: Partial<Around>;
  readonly now?: number;
}

/** Takes what differs from the sample wish, and from how it is asked; returns what it comes to. */
export function judgeSample(
  wish: Partial<Wish>,
  { force = sampleForce(), person = "mia", facts = SAMPLE_FACTS, around = {}, now = NOON }: Judged = {},
): ReturnType<typeof judgeWish> {
  const surroundings = sampleAround({ factsOf: () => facts, ...around });
  return judgeWish(force, sampleRecord(person), { ...SAMPLE_WISH, ...wish }, surroundings, now);
}
