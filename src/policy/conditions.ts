import { setImmediate } from "node:timers/promises";
import type { PolicyShape } from "../workflows/policy-schema.ts";
import type { Conditions } from "../workflows/ports.ts";
import { type Condition, compileCondition } from "./condition.ts";
import { examineCondition } from "./condition-faults.ts";
import { compilePattern } from "./patterns.ts";

/** Something wrong at a path of the policy. */
export interface PathFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Texts = Pick<PolicyShape, "people" | "companies" | "profiles" | "rules" | "denials" | "tickets">;

/** A condition in which nothing wrong was found, and how many parts it has. */
export interface Checked {
  readonly text: string;
  readonly parts: number;
}

/**
 * Takes a policy, and the clusters that conditions may name where not any; returns its conditions that are without fault,
 * and what is wrong with the others and with its tickets.
 */
export function checkConditions(
  policy: Texts,
  clusters?: ReadonlySet<string>,
): {
  readonly checked: readonly Checked[];
  readonly faults: readonly PathFault[];
} {
  const known = {
    people: Object.keys(policy.people),
    companies: Object.keys(policy.companies),
    profiles: Object.keys(policy.profiles),
    ...(clusters !== undefined && { clusters }),
  };
  const checked = new Map<string, Checked>();
  const examined = new Map<string, ReturnType<typeof examineCondition>>();
  const examine = (text: string | undefined, path: readonly PropertyKey[]): readonly PathFault[] => {
    if (text === undefined) return [];
    const found = examined.get(text) ?? examineCondition(text, known);
    examined.set(text, found);
    if ("faults" in found) return found.faults.map((message) => ({ path, message }));
    checked.set(text, { text, parts: found.parts });
    return [];
  };
  const faults = [
    ...policy.rules.flatMap(({ when }, i) => examine(when, ["rules", i, "when"])),
    ...policy.denials.flatMap(({ when }, i) => examine(when, ["denials", i, "when"])),
  ];
  return { checked: [...checked.values()], faults: [...faults, ...compileTickets(policy.tickets).faults] };
}

/** Takes conditions that were checked, and the policy they are of; returns them and its ticket pattern, compiled. */
export function compileConditions(checked: readonly Checked[], { tickets }: Pick<Texts, "tickets">): Conditions {
  const compiled = checked.map((one) => [one.text, compileCondition(one.text, one.parts)] as const);
  return asked(new Map(compiled), tickets);
}

/**
 * The same for a process that does something else beside: one condition at a turn of its event loop. A thousand of them
 * take 0.1 to 0.5 s, and the worst pattern 50 ms.
 */
export async function compileInTurns(
  checked: readonly Checked[],
  { tickets }: Pick<Texts, "tickets">,
): Promise<Conditions> {
  const compiled = new Map<string, Condition>();
  for (const { text, parts } of checked) {
    compiled.set(text, compileCondition(text, parts));
    await setImmediate();
  }
  return asked(compiled, tickets);
}

function asked(compiled: ReadonlyMap<string, Condition>, tickets: Texts["tickets"]): Conditions {
  return {
    holds: (expression, question) => compiled.get(expression)?.(question) ?? null,
    matchesTicket: compileTickets(tickets).matches,
  };
}

function compileTickets(tickets: PolicyShape["tickets"]): {
  readonly matches: (ticket: string) => boolean;
  readonly faults: readonly PathFault[];
} {
  if (tickets === undefined) return { matches: () => false, faults: [] };
  const pattern = compilePattern(tickets.pattern);
  if ("fault" in pattern) {
    return { matches: () => false, faults: [{ path: ["tickets", "pattern"], message: pattern.fault }] };
  }
  const message = "does not match tickets.pattern as a whole";
  const plain = PLAIN_WORDS.find(pattern.matches);
  return {
    matches: pattern.matches,
    faults: [
      ...(pattern.matches(tickets.example) ? [] : [{ path: ["tickets", "example"], message }]),
      ...(plain === undefined ? [] : [{ path: ["tickets", "pattern"], message: sayPlain(plain) }]),
    ],
  };
}

/** As they stand in any reason: of one that is nothing but tickets nobody reads what for. */
const PLAIN_WORDS = ["restart", "loop", "in", "The", "api"];

function sayPlain(word: string): string {
  return `matches plain words such as "${word}", so every reason would be no more than tickets: write what tickets alone are like, such as INC-[0-9]+`;
}
