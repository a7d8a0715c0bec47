/** P3 and I9: what people were told, against what the clusters hold. */
import { Violation } from "../core/run-state.ts";
import type { Said } from "../world/slack.ts";

export interface WordsParts {
  /** Whether any token of this grant works at this moment, and whether its own identity ever did. */
  readonly isAccepted: (grant: string) => boolean;
  readonly everWorked: (grant: string) => boolean;
  /** Whether nothing ever went wrong by which a message may be sent twice. */
  readonly nothingDoubles: () => boolean;
}

export interface Words {
  said(said: Said, isNew: boolean): void;
  /** How many summaries of a grant stand in Slack. */
  summaries(grant: string): number;
}

/** Takes the parts; returns what hears every message, and throws the first violation. */
export function createWordsCheck({ isAccepted, everWorked, nothingDoubles }: WordsParts): Words {
  const summaries = new Map<string, number>();
  return {
    summaries: (grant) => summaries.get(grant) ?? 0,
    said({ name, kind, grant: about, states }, isNew) {
      for (const [grant, state] of Object.entries(states)) {
        if (state === "ended" && isAccepted(grant)) {
          throw new Violation("P3", `Slack says in ${name} that grant ${grant} has ended, and it still works`);
        }
        if (state === "active" && !everWorked(grant)) {
          throw new Violation("P3", `Slack says in ${name} that grant ${grant} is active, and it never was`);
        }
      }
      if (kind !== "summary" || !isNew || about === null) return;
      const count = (summaries.get(about) ?? 0) + 1;
      summaries.set(about, count);
      if (count > 1 && nothingDoubles()) throw new Violation("I9", `grant ${about} was summed up twice`);
    },
  };
}
