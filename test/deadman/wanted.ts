import { parseArgs } from "node:util";

/** Up to so many are lent through Slack, click by click; more by the code that the bot runs. */
export const MOST_THROUGH_SLACK = 20;
const MOST = 1_000;
/** The policy lends at most four hours. */
const MOST_MINUTES = 230;

/** What one run does. */
export interface Wanted {
  readonly grants: number;
  /** How long the grant that is lent last lasts. */
  readonly lastsSeconds: number;
}

/** Takes the program's arguments; returns what is wanted, or one sentence that says what is wrong with them. */
export function readWanted(args: readonly string[]): Wanted | string {
  const { values } = parseArgs({ args: [...args], options: { n: { type: "string" }, minutes: { type: "string" } } });
  const { n = "20", minutes } = values;
  const grants = wholeNumber(n, MOST);
  if (grants === null) return `deadman: N=${n} is not known; N is a whole number from 1 to ${MOST}`;
  if (minutes === undefined) return { grants, lastsSeconds: shortest(grants) };
  const many = wholeNumber(minutes, MOST_MINUTES);
  if (many === null) return `deadman: MINUTES=${minutes} is not known; it is a whole number from 1 to ${MOST_MINUTES}`;
  const lastsSeconds = many * 60;
  if (lastsSeconds >= shortest(grants)) return { grants, lastsSeconds };
  return `deadman: MINUTES=${minutes} is too short for N=${grants}: handing them over takes ${shortest(grants)} s`;
}

/** Through Slack each is handed over before the next is approved; by the bot's code all of them at the end. */
function shortest(grants: number): number {
  return grants <= MOST_THROUGH_SLACK ? 20 : 30 + Math.ceil(grants / 8);
}

function wholeNumber(text: string, most: number): number | null {
  if (!/^\d{1,6}$/.test(text)) return null;
  const number = Number(text);
  return number >= 1 && number <= most ? number : null;
}
