/** I7: what Redis and the clusters hold of a pass, against what people asked for and left. */
import { Violation } from "../core/run-state.ts";
import type { Approved } from "./book.ts";
import type { Memory, Wish } from "./heard.ts";
import type { People } from "./people.ts";

/** What something says of a pass. */
export interface Saying {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
  readonly role: string;
  readonly grantee: string;
  readonly deciders: readonly string[];
  readonly end: number;
}

export interface AskedForParts {
  readonly memory: Memory;
  readonly people: Pick<People, "role">;
}

/** Takes a pass that was approved; returns what its asker wished for. Throws where nobody asked for it. */
export function wishOf({ memory }: Pick<AskedForParts, "memory">, { grant, request }: Approved): Wish {
  const wish = memory.wishes.get(request);
  if (wish === undefined) throw new Violation("I6", `grant ${grant} is of request ${request}, which nobody asked for`);
  return wish;
}

/**
 * Takes a pass that was approved, what says something of it, and what that is; throws where these differ. What a failover
 * undid was decided anew, by others, for less or until later.
 */
export function expectAsAsked(parts: AskedForParts, approved: Approved, what: string, saying: Saying): void {
  const wish = wishOf(parts, approved);
  const isOnly = approved.times === 1;
  const allowed = isOnly ? approved.namespaces : wish.namespaces;
  const further = saying.namespaces.find((namespace) => !allowed.includes(namespace));
  const wrong = [
    further === undefined ? null : [further, allowed.join(", ")],
    differs(saying.cluster, wish.cluster),
    differs(saying.profile, wish.profile),
    differs(saying.role, parts.people.role(wish.profile)),
    differs(saying.grantee, wish.asker),
    isOnly ? differs(saying.deciders.join(", "), approved.people.join(", ")) : null,
    isOnly ? differs(saying.end, approved.end) : null,
  ].find((one) => one !== null);
  if (wrong === undefined || wrong === null) return;
  throw new Violation("I7", `${what} of grant ${approved.grant} says ${wrong[0]}, where it was to be ${wrong[1]}`);
}

function differs<T>(said: T, owed: T): readonly [T, T] | null {
  return said === owed ? null : [said, owed];
}
