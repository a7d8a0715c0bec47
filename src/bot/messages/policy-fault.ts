import { type Message, message, type Sentence } from "../sentences.ts";

/** More than this are in the log alone. */
const MOST_SHOWN = 5;

/** What the last of a list that was cut says (fault.ts). */
const MORE = /: and (\d+) more faults$/;

/** Takes what is wrong with the policy, each as `file:line:column: words`; returns what approvers read, once per fault. */
export function policyFault(told: readonly string[]): Message {
  const more = Number(MORE.exec(told.at(-1) ?? "")?.[1] ?? 0);
  const faults = more === 0 ? told : told.slice(0, -1);
  if (faults.length === 0) return message([["The policy can be read again, and what it says now counts."]]);
  const shown = faults.slice(0, MOST_SHOWN).map((fault): Sentence => ["· ", { code: fault }]);
  const rest = faults.length + more - shown.length;
  return message([
    [
      `The policy ${whereIsIt(faults, faults.length + more)}. I go on with the last good one, and what the new one says does not count yet.`,
    ],
    ...shown,
    ...(rest === 0 ? [] : [[`and ${rest} more`]]),
    ["Whoever changed it: ", { code: "daypass policy lint" }, " says all of them, and what to write instead."],
  ]);
}

/** Returns `in policy.yaml has 2 faults (line 14, line 31)`, with as much of that as the faults tell. */
function whereIsIt(faults: readonly string[], inAll: number): string {
  const count = inAll === 1 ? "a fault" : `${inAll} faults`;
  const places = faults.map((fault) => /^(.+?):(\d+):\d+: /.exec(fault) ?? []);
  const [file, another] = new Set(places.map(([, name]) => name));
  if (file === undefined || another !== undefined) return `has ${count}`;
  const lines = [...new Set(places.map(([, , line]) => `line ${line}`))];
  const shown = lines.length > MOST_SHOWN ? [...lines.slice(0, MOST_SHOWN), "…"] : lines;
  return `in ${file} has ${count} (${shown.join(", ")})`;
}
