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

/** Takes a policy; returns its conditions and its ticket pattern, compiled, and what is wrong with them. */
export function compileConditions(policy: Texts): {
  readonly conditions: Conditions;
  readonly faults: readonly PathFault[];
} {
  const known = {
    people: Object.keys(policy.people),
    companies: Object.keys(policy.companies),
    profiles: Object.keys(policy.profiles),
  };
  const compiled = new Map<string, Condition>();
  const examine = (text: string | undefined, path: readonly PropertyKey[]): readonly PathFault[] => {
    if (text === undefined) return [];
    const found = examineCondition(text, known);
    if ("faults" in found) return found.faults.map((message) => ({ path, message }));
    compiled.set(text, compileCondition(text, found.parts));
    return [];
  };
  const faults = [
    ...policy.rules.flatMap(({ when }, i) => examine(when, ["rules", i, "when"])),
    ...policy.denials.flatMap(({ when }, i) => examine(when, ["denials", i, "when"])),
  ];
  const tickets = compileTickets(policy.tickets);
  return {
    conditions: {
      holds: (expression, question) => compiled.get(expression)?.(question) ?? null,
      matchesTicket: tickets.matches,
    },
    faults: [...faults, ...tickets.faults],
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
  return {
    matches: pattern.matches,
    faults: pattern.matches(tickets.example) ? [] : [{ path: ["tickets", "example"], message }],
  };
}
