import type { EndedGrant } from "../../workflows/grant.ts";
import type { Millis, PersonId, PersonRecord } from "../../workflows/person.ts";
import type { ApprovedRequest, DeniedRequest, Request } from "../../workflows/request.ts";
import { sortYeses } from "../../workflows/step-up.ts";
import { capital, count, everybody, lessWords, type Names, pass, who, whoExactly, whyEnded } from "../messages.ts";
import { lines, type Message, message, quotation, type Sentence, toText } from "../sentences.ts";
import { moment, roughly, sayLag } from "../time-words.ts";
import { askAgain } from "./asking-anew.ts";
import { leaveWords, narrowedTo, onceMoreLines, yesWords } from "./leave.ts";

/** Promise P1: refused no later than this after its end. */
const ON_TIME_MS = 1_000;

/** Takes a decided request; returns the reply in its thread, since an edited card notifies nobody. */
export function verdict(names: Names, request: ApprovedRequest | DeniedRequest, now: Millis): Message {
  const asker = who(names, request.asker);
  if (request.state === "approved") return message([approvedSentence(names, request, now)]);
  const denied: Sentence = [`${everybody(names, request.decision.people)} denied this to ${asker}. Nothing was made.`];
  return request.why === null ? message([denied]) : message([denied], quotation(request.why));
}

function approvedSentence(names: Names, request: ApprovedRequest, now: Millis): Sentence {
  const left = narrowedTo(request);
  const less: Sentence = left === null ? [] : [", for less than was asked for: ", ...lessWords(left, now)];
  if (request.leave !== "approval") return [leaveWords(names, request), "."];
  return [`${everybody(names, request.decision.people)} approved this for ${who(names, request.asker)}`, ...less, "."];
}

/** Takes a request that waits for more yeses and whose yes came; returns the reply in its thread that says so. */
export function oneMoreYes(names: Names, request: Request, by: PersonId, now: Millis): Message | null {
  const yes = request.yeses.find((one) => one.by === by);
  if (yes === undefined) return null;
  const { counting, onceMore } = sortYeses(request);
  const more = request.needs.quorum - counting.length;
  const isWaiting = request.state === "pending";
  const rest = isWaiting && more > 0 ? ` ${capital(count(more))} more needed.` : "";
  const again = isWaiting ? onceMoreLines(names, onceMore) : [];
  return message([[...yesWords(names, request, yes, now), `.${rest}`], ...again]);
}

/** All that a summary is made of. */
export interface SummaryFacts {
  readonly names: Names;
  readonly request: Request;
  readonly grant: EndedGrant;
  readonly asker: PersonRecord | null;
  readonly now: Millis;
}

/** Takes the facts; returns the summary in the thread: who, what, why, who said yes, from when to when, how it ended. */
export function summary({ names, request, grant, asker, now }: SummaryFacts): Message {
  const ticket = request.ticket === null ? [] : [` · ${request.ticket}`];
  const title: Sentence = [{ bold: "Summary" }, " · ", ...pass(names, grant), ...ticket];
  const people: Sentence = [
    "Asked by ",
    ...whoExactly(names, grant.grantee, asker),
    `, ${decidedWords(names, grant)}.`,
  ];
  const times: Sentence = [
    moment(grant.activeAt ?? grant.decidedAt, now),
    " – ",
    moment(grant.ending.since, now),
    `, ${howItEnded(names, grant)}.`,
  ];
  const activity: Sentence = [`Did: what was done is not known: ${grant.cluster} sends no audit events.`];
  const rest: Sentence = [
    `Left behind: nothing · Refused ${sayLag(grant.refusedAt - grant.ending.since)} after the end, proven.`,
  ];
  return {
    text: toText([[...title, "."], people, times, activity, rest]),
    blocks: [lines([title, people]), quotation(request.reason), lines([times, activity, rest]), askAgain(request.id)],
  };
}

function decidedWords(names: Names, { decidedBy }: EndedGrant): string {
  switch (decidedBy.kind) {
    case "approval":
      return `approved by ${everybody(names, decidedBy.people)}`;
    case "policy":
      return "approved by policy: nobody was asked";
    case "breakGlass":
      return "who broke the glass: nobody was asked";
  }
}

function howItEnded(names: Names, grant: EndedGrant): string {
  const early: Millis = grant.end - grant.ending.since;
  const why = whyEnded(names, grant);
  if (grant.ending.why === "expired") {
    const late: Millis = grant.refusedAt - grant.ending.since;
    return late > ON_TIME_MS ? `ended ${roughly(late)} late` : "ended on time";
  }
  return early > 1000 ? `${why}, ${roughly(early)} early` : why;
}
