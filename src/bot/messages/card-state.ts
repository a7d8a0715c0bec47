import { beginsAt, type EndedGrant, type EndingGrant, type Grant, type MakingGrant } from "../../workflows/grant.ts";
import { isOverdue, keptUntil } from "../../workflows/next-step.ts";
import type { Review } from "../../workflows/owed-review.ts";
import type { Millis } from "../../workflows/person.ts";
import {
  type ApprovedRequest,
  owesReview,
  type PendingRequest,
  type WithdrawnRequest,
} from "../../workflows/request.ts";
import { sortYeses } from "../../workflows/step-up.ts";
import {
  capital,
  everybody,
  groupNames,
  lessWords,
  MARKS,
  type Names,
  until,
  who,
  whyEnded,
  yeses,
} from "../messages.ts";
import type { Sentence } from "../sentences.ts";
import { moment, roughly, sayLag } from "../time-words.ts";
import type { CardFacts } from "./card-facts.ts";
import { leaveWords, narrowedTo, onceMoreLines, yesWords } from "./leave.ts";
import { needWords } from "./needs.ts";

/** Takes the facts; returns where the request or its grants stand, a sentence each, mark and word. */
export function stateLines(facts: CardFacts): readonly Sentence[] {
  const { names, request, now } = facts;
  switch (request.state) {
    case "pending":
      return pendingLines(names, request, now);
    case "denied": {
      const by = everybody(names, request.decision.people);
      return [[`${MARKS.ended} Denied by ${by} `, moment(request.decision.at, now), "."]];
    }
    case "withdrawn":
      return [withdrawnLine(names, request, now)];
    case "lapsed":
      return [
        [`${MARKS.ended} Lapsed `, moment(request.at, now), `: ${lapsedWhy(sortYeses(request).counting.length)}.`],
      ];
    case "approved":
      return approvedLines(facts, request);
  }
}

function withdrawnLine(names: Names, { asker, at, anew }: WithdrawnRequest, now: Millis): Sentence {
  const by = who(names, asker);
  if (anew === undefined) return [`${MARKS.ended} Withdrawn by ${by} `, moment(at, now), "."];
  return [`${MARKS.ended} Withdrawn `, moment(at, now), `: ${by} asked anew from another Slack account. ${ANEW}`];
}

const ANEW = "That request has a card of its own.";

function lapsedWhy(said: number): string {
  return said === 0 ? "nobody answered in time" : `${yeses(said)} came in time, and more were needed`;
}

function pendingLines(names: Names, request: PendingRequest, now: Millis): readonly Sentence[] {
  const { needs, lapsesAt } = request;
  const from = `from ${groupNames(names, request.approvers)}`;
  const lapses: Sentence = [" Lapses ", ...until(lapsesAt, now), "."];
  if (request.yeses.length === 0) return [[`${MARKS.pending} Pending. ${needWords(needs)}, ${from}.`, ...lapses]];
  const { counting, onceMore } = sortYeses(request);
  const said = counting.flatMap(
    (yes, i): Sentence => [...(i > 0 ? ["; "] : []), ...yesWords(names, request, yes, now)],
  );
  const more = Math.max(1, needs.quorum - counting.length);
  const groups = needs.differentGroups && needs.quorum > 1 ? " of different groups" : "";
  return [
    [
      `${MARKS.pending} Pending: ${counting.length} of ${needs.quorum} yeses${groups}.`,
      ...(said.length === 0 ? [] : [" ", ...said, "."]),
    ],
    ...onceMoreLines(names, onceMore),
    ...leftLine(request, "With that it would lend ", now),
    [`${capital(yeses(more)).replace("yes", "more yes")} needed, ${from}.`, ...lapses],
  ];
}

function leftLine(request: PendingRequest | ApprovedRequest, words: string, now: Millis): readonly Sentence[] {
  const left = narrowedTo(request);
  return left === null ? [] : [[words, ...lessWords(left, now), "."]];
}

function approvedLines({ names, grants, now }: CardFacts, request: ApprovedRequest): readonly Sentence[] {
  return [
    ...grantLines(names, grants, `${leaveWords(names, request)}.`, now),
    ...leftLine(request, "Lent for less than was asked for: ", now),
    ...reviewLines(names, request, now),
  ];
}

/** Takes a request's grants and by whose leave they are; returns where each stands. */
export function grantLines(names: Names, grants: readonly Grant[], yes: string, now: Millis): readonly Sentence[] {
  if (grants.length === 0) return [[`${MARKS.pending} ${yes} Making it…`]];
  return grants.map((grant) => [
    ...(grants.length > 1 ? [`${grant.cluster}: `] : []),
    ...grantLine(names, grant, yes, now),
  ]);
}

/** Takes an approved request; returns whether it owes a review, or who gave it; nothing where none is owed. */
export function reviewLines(names: Names, request: ApprovedRequest, now: Millis): readonly Sentence[] {
  const { review } = request;
  if (review === null) return [];
  if (!owesReview(request)) return review.done === null ? [] : [reviewedLine(names, review.done, now)];
  return [owedLine(names, review, now)];
}

function reviewedLine(names: Names, { by, at }: NonNullable<Review["done"]>, now: Millis): Sentence {
  return [`${MARKS.ended} Reviewed by ${who(names, by)} `, moment(at, now), ":"];
}

/** Takes a review that nobody gave yet; returns by when it is owed and by whom, or by how much it is overdue. */
export function owedLine(names: Names, { dueAt }: Review, now: Millis): Sentence {
  const reviewers = names?.breakGlass === undefined ? "its reviewers" : groupNames(names, [names.breakGlass.reviewers]);
  return now >= dueAt
    ? [`${MARKS.overdue} Review OVERDUE by ${roughly(now - dueAt)}, owed by ${reviewers}.`]
    : [`${MARKS.pending} Review owed by ${reviewers} until `, ...until(dueAt, now), "."];
}

function grantLine(names: Names, grant: Grant, yes: string, now: Millis): Sentence {
  switch (grant.state) {
    case "making":
      return makingLine(grant, yes, now);
    case "active":
      return [`${MARKS.active} Active until `, ...until(grant.end, now), yes === "" ? "." : `. ${yes}`];
    case "ending":
      return endingLine(names, grant, now);
    case "ended":
      return endedLine(names, grant, now);
  }
}

function makingLine(grant: MakingGrant, yes: string, now: Millis): Sentence {
  if (now < beginsAt(grant)) {
    return [`${MARKS.pending} ${yes} Starts `, moment(beginsAt(grant), now), ", ends ", moment(grant.end, now), "."];
  }
  if (grant.trouble === null) return [`${MARKS.pending} ${yes} Making it…`];
  return [
    `${MARKS.pending} ${yes} ${troubleSentence(grant.trouble, grant)}. The yes is kept until `,
    moment(keptUntil(grant), now),
    "; the end stays ",
    ...until(grant.end, now),
    ". After that: not granted, and nothing was left behind.",
  ];
}

/** A cluster's id is written as it is, be it at the beginning of a sentence. */
function troubleSentence(words: string, { cluster }: MakingGrant): string {
  return words.startsWith(`${cluster} `) ? words : capital(words);
}

function endingLine(names: Names, grant: EndingGrant, now: Millis): Sentence {
  if (isOverdue(grant, now)) {
    const late = roughly(now - grant.ending.since);
    return [
      `${MARKS.overdue} OVERDUE by ${late}, since `,
      moment(grant.ending.since, now),
      `: ${grant.paged?.words ?? `${grant.cluster} has not confirmed the end`}. Trying every 15 s`,
      ...(grant.paged === null ? [] : ["; on-call was paged ", moment(grant.paged.at, now)]),
      `. Why it ends: ${whyEnded(names, grant)}.`,
    ];
  }
  return grant.activeAt === null
    ? [`${MARKS.pending} Not granted: ${whyEnded(names, grant)}. Clearing away…`]
    : [`${MARKS.active} Ending: ${whyEnded(names, grant)}…`];
}

/** Takes an ended grant; returns what the cluster confirmed: `Ended 16:02. Refused 0.3 s later, proven.` */
function endedLine(names: Names, grant: EndedGrant, now: Millis): Sentence {
  if (grant.activeAt === null)
    return [`${MARKS.ended} Not granted: ${whyEnded(names, grant)}. Nothing was left behind.`];
  const early = grant.ending.why === "expired" ? "" : ` (${whyEnded(names, grant)})`;
  return [
    `${MARKS.ended} Ended `,
    moment(grant.ending.since, now),
    `${early}. Refused ${sayLag(grant.refusedAt - grant.ending.since)} later, proven.`,
  ];
}
