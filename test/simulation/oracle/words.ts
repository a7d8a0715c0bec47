/** P3 and I9: what people were told, against what the clusters hold. */
import { Violation } from "../core/run-state.ts";
import type { Said } from "../world/slack.ts";

export interface WordsParts {
  /** Whether any token that a person may hold works at this moment, and whether the grant's own identity ever did. */
  readonly isAccepted: (grant: string) => boolean;
  readonly everWorked: (grant: string) => boolean;
  /** Whether nothing went wrong since a grant's ending by which a message may be sent twice. */
  readonly nothingDoubles: (grant: string) => boolean;
}

export interface Words {
  said(said: Said, isNew: boolean): void;
  /** How many summaries of a grant stand in Slack. */
  summaries(grant: string): number;
}

/** Takes the parts; returns what hears every message, and throws the first violation. */
export function createWordsCheck(parts: WordsParts): Words {
  const summaries = new Map<string, number>();
  return {
    summaries: (grant) => summaries.get(grant) ?? 0,
    said(said, isNew) {
      expectTrue(parts, said);
      if (said.kind !== "summary" || !isNew || said.grant === null) return;
      const count = (summaries.get(said.grant) ?? 0) + 1;
      summaries.set(said.grant, count);
      if (count > 1 && parts.nothingDoubles(said.grant))
        throw new Violation("I9", `grant ${said.grant} was summed up twice`);
    },
  };
}

function expectTrue({ isAccepted, everWorked }: WordsParts, { name, states }: Said): void {
  for (const [grant, state] of Object.entries(states)) {
    if (state === "ended" && isAccepted(grant)) {
      throw new Violation("P3", `Slack says in ${name} that grant ${grant} has ended, and it still works`);
    }
    if (state === "active" && !everWorked(grant)) {
      throw new Violation("P3", `Slack says in ${name} that grant ${grant} is active, and it never was`);
    }
  }
}
