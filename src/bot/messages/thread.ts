import type { EndedGrant } from "../../workflows/grant.ts";
import type { Millis, PersonRecord } from "../../workflows/person.ts";
import type { ApprovedRequest, DeniedRequest, Request } from "../../workflows/request.ts";
import { type Names, pass, who, whoExactly, whyEnded } from "../messages.ts";
import { lines, type Message, message, quotation, type Sentence, toText } from "../sentences.ts";
import { moment, roughly, sayLag } from "../time-words.ts";
import { askAgain } from "./asking-anew.ts";

/** Promise P1: refused no later than this after its end. */
const ON_TIME_MS = 1_000;

/** Takes a decided request; returns the reply in its thread, since an edited card notifies nobody. */
export function verdict(names: Names, request: ApprovedRequest | DeniedRequest): Message {
  const by = who(names, request.decision.by);
  const asker = who(names, request.asker);
  if (request.state === "approved") return message([[`${by} approved this for ${asker}.`]]);
  const denied: Sentence = [`${by} denied this to ${asker}. Nothing was made.`];
  return request.why === null ? message([denied]) : message([denied], quotation(request.why));
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
  const title: Sentence = [{ bold: "Summary" }, " · ", ...pass(names, grant)];
  const deciders = grant.decidedBy.people.map((person) => who(names, person)).join(" and ");
  const people: Sentence = ["Asked by ", ...whoExactly(names, grant.grantee, asker), `, approved by ${deciders}.`];
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

function howItEnded(names: Names, grant: EndedGrant): string {
  const early: Millis = grant.end - grant.ending.since;
  const why = whyEnded(names, grant);
  if (grant.ending.why === "expired") {
    const late: Millis = grant.refusedAt - grant.ending.since;
    return late > ON_TIME_MS ? `ended ${roughly(late)} late` : "ended on time";
  }
  return early > 1000 ? `${why}, ${roughly(early)} early` : why;
}
