import { allOf, narrowest } from "../../workflows/less.ts";
import type { Millis } from "../../workflows/person.ts";
import type { ApprovedRequest, Less, Request, Yes } from "../../workflows/request.ts";
import { everybody, lessWords, type Names, who } from "../messages.ts";
import type { Sentence } from "../sentences.ts";

/** Takes an approved request; returns by whose leave it was lent, without a full stop: people's, the policy's, their own. */
export function leaveWords(names: Names, { asker, decision, leave }: ApprovedRequest): string {
  switch (leave) {
    case "approval":
      return `Approved by ${everybody(names, decision.people)}`;
    case "policy": {
      const rules = decision.rules.length === 0 ? "" : ` (${decision.rules.join(", ")})`;
      return `Approved by policy${rules}: ${who(names, asker)} is on call and its risk is low, so nobody was asked`;
    }
    case "breakGlass":
      return `${who(names, asker)} broke the glass: nobody was asked`;
  }
}

/** Takes a request and one of its yeses; returns `Dana Lind said yes to 1 h in payments`, without a full stop. */
export function yesWords(names: Names, request: Request, { by, less }: Yes, now: Millis): Sentence {
  const name = who(names, by);
  if (less === null || isSame(less, allOf(request))) return [`${name} said yes`];
  return [`${name} said yes to `, ...lessWords(less, now)];
}

/**
 * Takes the yeses that have to be given once more, in the form that says the risk once more; returns that in lines, none
 * where there are none. Of a record from before it was kept, nobody knows how it was given.
 */
export function onceMoreLines(names: Names, yeses: readonly Yes[]): readonly Sentence[] {
  const known = yeses.filter(({ stepped }) => stepped !== undefined);
  const unknown = yeses.filter(({ stepped }) => stepped === undefined);
  return [
    ...onceMoreLine(names, known, "said yes before it needed"),
    ...onceMoreLine(names, unknown, "said yes, and it is not known whether in"),
  ];
}

function onceMoreLine(names: Names, yeses: readonly Yes[], said: string): readonly Sentence[] {
  if (yeses.length === 0) return [];
  const people = everybody(
    names,
    yeses.map(({ by }) => by),
  );
  return [
    [
      `${people} ${said} the form that says the risk once more: that counts only when given again, by Approve on the ` +
        "card.",
    ],
  ];
}

/** Takes a request; returns what would be lent by the yeses so far, or was, where that is less than was asked for. */
export function narrowedTo(request: Request): Less | null {
  const left = request.state === "approved" ? request.lent : narrowest(request, request.yeses);
  return isSame(left, allOf(request)) ? null : left;
}

function isSame(one: Less, other: Less): boolean {
  return (
    one.durationSeconds === other.durationSeconds &&
    one.startsAt === other.startsAt &&
    one.namespaces.join() === other.namespaces.join()
  );
}

/** Takes a request; returns what was lent of it where that is less than was asked for, with a space before it. */
export function lessSentence(request: Request | null, now: Millis): Sentence {
  const left = request?.state === "approved" ? narrowedTo(request) : null;
  return left === null ? [] : [" Approvers chose a narrower scope than you asked for: ", ...lessWords(left, now), "."];
}
