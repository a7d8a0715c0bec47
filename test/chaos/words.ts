/** What people read of one pass, counted: each thing once, nothing before it was so. */

import { channels } from "../workbench/northwind.ts";
import type { Message } from "../workbench/slack/timelines.ts";
import type { Allowed } from "./case.ts";
import { type Told, whichWords } from "./name-calls.ts";
import type { Note } from "./notes.ts";
import type { Observed } from "./observe.ts";
import { wasLent } from "./was-lent.ts";

/** What is counted as one word: a message by its name, and what has none by all that it says and where. */
type Counted = Exclude<Told, "other"> | `other: ${string}`;

/** What is wrong with the words of one case. */
export interface WordsFound {
  readonly lost: readonly Counted[];
  readonly doubled: readonly Counted[];
  /** Doubled, and this case allows it. */
  readonly allowed: readonly Counted[];
  readonly violations: readonly string[];
}

/** What of a case is needed to count its words. */
export type WordsSeen = Pick<
  Observed,
  "request" | "grant" | "messages" | "notes" | "strikes" | "logged" | "objects" | "beside"
>;

/** Takes what was observed and what is allowed; returns what people read too often, too seldom, or too early. */
export function findInWords(observed: WordsSeen, allows: Allowed): WordsFound {
  const counted = count(observed.messages);
  const wanted = wantedOf(observed, allows);
  // A call for help, what is said when it is over, and a no: of passes beside as well, each once.
  const seldom = 1 + observed.beside.length;
  const mostOf = (told: Counted) => wanted.get(told) ?? seldom;
  const lost = [...wanted, ...helpOf(observed, allows)]
    .filter(([told, times]) => (counted.get(told) ?? 0) < times)
    .map(([told]) => told);
  const doubled = [...counted].filter(([told, times]) => times > mostOf(told)).map(([told]) => told);
  const isAllowed = (told: Counted) =>
    (counted.get(told) ?? 0) - mostOf(told) <=
    (allows.forgotten !== undefined ? 1 : unkept(observed, allows.unkept ?? 0, told));
  const allowed = doubled.filter(isAllowed);
  const inVain = doubled.filter((told) => !isAllowed(told));
  return {
    lost,
    doubled: inVain,
    allowed,
    violations: [
      ...lost.map((told) => `people never read “${told}”`),
      ...inVain.map((told) => `people read “${told}” ${counted.get(told)} times instead of ${mostOf(told)}`),
      ...(allows.forgotten === undefined ? lastWords(observed) : []),
      ...tooEarly(observed),
    ],
  };
}

/**
 * How often Slack took something and where it stands may not be written down: because the process that had it posted was
 * struck in between, or, where the case says so, because the answer or Redis was lost. Slack cannot be asked what it has
 * taken (docs/decisions/0004), so that is told once more.
 */
function unkept({ notes, strikes }: WordsSeen, lostAnswers: number, counted: Counted): number {
  const told: Told = counted.startsWith("other: ") ? "other" : (counted as Exclude<Told, "other">);
  const posts = notes.filter(({ what }) => what === `post ${told}`);
  if (lostAnswers > 0) return Math.min(posts.length, lostAnswers);
  const isKept = (who: string, from: number, to: number) =>
    notes.some((note) => note.who === who && note.what === `keep ${told}` && note.at >= from && note.at <= to);
  const isUnkept = (who: string, at: number, strike: Note) => {
    if (strike.at >= at) return !isKept(who, at, strike.at);
    // Held while its sender was frozen, it arrived when that one had long stopped waiting for the answer.
    return strike.what.includes("frozen before") && !isKept(who, at, Number.POSITIVE_INFINITY);
  };
  return posts.filter(({ who, at }) => strikes.some((strike) => strike.who === who && isUnkept(who, at, strike)))
    .length;
}

function count(messages: readonly Message[]): Map<Counted, number> {
  const counted = new Map<Counted, number>();
  for (const message of messages) {
    if (message.deleted === true || message.ephemeralTo !== undefined) continue;
    const told = tellingOf(message);
    const one: Counted = told === "other" ? `other: ${whole(message)}` : told;
    counted.set(one, (counted.get(one) ?? 0) + 1);
  }
  return counted;
}

function whole(message: Message): string {
  return `${firstWords(message)} (${message.channel} ${message.threadTs ?? ""})`;
}

/** By what it said first: a message that was edited stays the one it was. */
function tellingOf(message: Message): Told {
  return whichWords(firstWords(message), message.channel, message.threadTs !== undefined);
}

function firstWords({ before, text }: Message): string {
  return before[0]?.text ?? text;
}

/**
 * How often each thing must stand there, for what became of the request and its grant. What was flushed (always long after
 * all was told of the approval) is told no further; on-call reads that its record was rebuilt.
 */
function wantedOf({ request, grant }: WordsSeen, { forgotten }: Allowed): Map<Counted, number> {
  const [asked, decided] = [request === null ? 0 : 1, /^(approved|denied)$/.test(request?.state ?? "") ? 1 : 0];
  const ended = grant?.state === "ended" ? 1 : 0;
  const lived = wasLent(grant);
  return new Map<Counted, number>([
    ...([
      ["card", asked],
      ["asked", asked],
      ["verdict", decided],
    ] as const),
    ...([
      ["ready", lived ? 1 : 0],
      ["ended", lived && forgotten === undefined ? ended : 0],
      ["summary", lived && forgotten === undefined ? ended : 0],
    ] as const),
    ["failed", lived ? 0 : ended],
    ["rebuilt", forgotten === "rebuilt" ? 1 : 0],
  ]);
}

/**
 * The call for help, and that what was late has ended: where the record says that on-call was paged, both were put with it into
 * one transaction. Where Redis or Slack may have forgotten, nothing is asked for: a record from before a flush or a failover
 * may be the last that was seen, and who does not know where the call stands says both in one message.
 */
function helpOf({ request, grant }: WordsSeen, allows: Allowed): readonly (readonly [Counted, number])[] {
  if (request === null || allows.forgotten !== undefined || allows.unkept !== undefined) return [];
  if (grant === null || (grant.state !== "ending" && grant.state !== "ended") || grant.paged === null) return [];
  return [["overdue", 1], ...(grant.state === "ended" ? [["paid", 1] as const] : [])];
}

/** Of a card that stands there twice only one is kept up to date, whichever; the other stays as it was. */
function lastWords({ messages, grant }: WordsSeen): string[] {
  const cards = messages.filter((message) => tellingOf(message) === "card" && message.deleted !== true);
  const [card] = cards;
  if (grant?.state !== "ended" || card === undefined) return [];
  const words = grant.activeAt === null ? /Not granted/ : /Ended .*Refused .* later, proven/;
  return cards.some(({ text }) => words.test(text)) ? [] : [`the card still says “${card.text.slice(-160)}”`];
}

/**
 * Promise P3, by when Slack was asked to show it and when the API server's log says that it was so. Where others were lent
 * something beside, a line does not say whose card it carries.
 */
function tooEarly({ notes, logged, objects, beside }: WordsSeen): string[] {
  if (beside.length > 0) return [];
  const first = (what: RegExp) => notes.find(({ who, what: said }) => who.startsWith("bot") && what.test(said))?.at;
  const [active, ended] = [first(/^edit card: active|^post ready/), first(/^edit card: ended|^post summary/)];
  const early: string[] = [];
  if (active !== undefined && (logged?.provenAt ?? Number.POSITIVE_INFINITY) > active) {
    early.push("Slack said active before the grant's own identity was tried");
  }
  const wasBound = objects.some(({ kind }) => kind === "RoleBinding");
  if (ended !== undefined && wasBound && (logged?.unboundAt ?? Number.POSITIVE_INFINITY) > ended) {
    early.push("Slack said ended while the binding was still there");
  }
  if (ended !== undefined && (logged?.allowedAt ?? 0) > ended) early.push("Slack said ended and access went on");
  return early;
}

/** Takes all messages that Slack's double ever stored and when a case began; returns what the app posted since. */
export function postedSince(messages: readonly Message[], since: number): Message[] {
  return messages
    .filter(({ fromApp, ts }) => fromApp && Number(ts) * 1000 >= since)
    .filter(({ channel }) => channel !== channels.requests)
    .sort((a, b) => Number(a.ts) - Number(b.ts));
}
