/** P5: what somebody was told is done stays done where a replica takes over that lagged. */
import { keys } from "../../../src/jobs/keys.ts";
import type { Run } from "../core/run-state.ts";
import { Violation } from "../core/run-state.ts";
import type { World } from "../world/world.ts";
import type { Answered } from "./heard.ts";

export interface Answers {
  /** Somebody was told that this is done. */
  told(answered: Answered): void;
  /** A replica has taken over: throws where it does not know what was told. */
  expectKept(): void;
  /** Redis forgot what nothing kept for it: it owes nobody any more what was told before. */
  forgive(): void;
}

/** Takes a run, and its world when it is there; returns what remembers answers. */
export function createAnswers({ count }: Run, world: () => World | null): Answers {
  const told = new Map<string, Answered>();

  function versionOf({ kind, id }: Answered): number {
    const text = world()?.redis.look("get", keys[kind](id));
    return typeof text === "string" ? Number.parseInt(text, 10) : 0;
  }
  return {
    told: (answered) => void told.set(`${answered.kind} ${answered.id}`, answered),
    forgive: () => told.clear(),
    expectKept() {
      for (const [name, answered] of told) {
        count.add("answers that a failover had to keep");
        if (versionOf(answered) >= answered.version) continue;
        throw new Violation("P5", `${name} was told to be done, and a failover has undone it`);
      }
    },
  };
}
