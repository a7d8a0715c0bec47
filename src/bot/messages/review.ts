import type { ModalView } from "@slack/types";
import { sayDuration } from "../../workflows/duration.ts";
import type { Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import { type ApprovedRequest, owesReview, type Request } from "../../workflows/request.ts";
import { field, modal, textInput } from "../blocks.ts";
import { groupNames, lessWords, type Names, passes, until, who } from "../messages.ts";
import { COMMANDS, REVIEW_WORDS, VIEWS } from "../names.ts";
import { lines, type Message, message, quotation, type Sentence, toText } from "../sentences.ts";
import { moment, since } from "../time-words.ts";
import { reviewButton } from "./card.ts";
import { grantLines, owedLine, reviewLines } from "./card-state.ts";
import { riskWords } from "./needs.ts";

const MOST_WORDS = 500;

/** All that is told of a pass that nobody approved. */
export interface GlassTold {
  readonly names: Names;
  readonly request: ApprovedRequest;
  readonly grants: readonly Grant[];
  readonly now: Millis;
}

/** Takes the facts; returns what those read at once whose yes was skipped, and who is to review it. */
export function brokeGlass(facts: GlassTold): Message {
  const { names, request, grants, now } = facts;
  const what: Sentence = [
    { bold: `${who(names, request.asker)} broke the glass` },
    ": lent themselves ",
    ...passes(names, request.targets),
    ` for ${sayDuration(request.lent.durationSeconds)}, `,
    moment(request.decision.at, now),
    ". Nobody was asked.",
  ];
  const rest: readonly Sentence[] = [
    riskWords(request.needs),
    ...grantLines(names, grants, "", now),
    ["On-call can end it at once with ", { code: COMMANDS.revoke }, "."],
    ...reviewLines(names, request, now),
  ];
  return {
    text: toText([what, ["Why: ", request.reason], ...rest]),
    blocks: [
      lines([what]),
      quotation(request.reason),
      lines(rest),
      ...(owesReview(request) ? [reviewButton(names, request)] : found(request)),
    ],
  };
}

function found({ review }: ApprovedRequest) {
  return review?.done == null ? [] : [quotation(review.done.words)];
}

/** Takes the facts; returns what reviewers read on each day on which the review is overdue, the same message when it is given. */
export function reviewChase(facts: GlassTold): Message {
  const { names, request, now } = facts;
  const name = who(names, request.asker);
  const what: Sentence = [
    `${name} broke the glass `,
    moment(request.decision.at, now),
    " for ",
    ...passes(names, request.targets),
  ];
  if (!owesReview(request)) return message([[...what, "."], ...reviewLines(names, request, now)], ...found(request));
  return message(
    [
      [...owedLine(names, request.review, now)],
      [...what, `, and nobody has said yet what they found. Until somebody does, ${name} breaks no glass.`],
    ],
    reviewButton(names, request),
  );
}

/** Takes the facts; returns the reply in the card's thread that somebody gave the review. */
export function reviewGiven({ names, request, now }: GlassTold): Message {
  return message(reviewLines(names, request, now), ...found(request));
}

/** Takes the facts; returns what the one who broke the glass reads when its review is overdue, or was given. */
export function reviewNews(facts: GlassTold): Message {
  const { names, request, now } = facts;
  const what: Sentence = [
    ...passes(names, request.targets),
    " that you lent yourself ",
    moment(request.decision.at, now),
  ];
  if (owesReview(request)) {
    const reviewers =
      names?.breakGlass === undefined ? "its reviewers" : groupNames(names, [names.breakGlass.reviewers]);
    return message([
      [...owedLine(names, request.review, now)],
      [
        "It is for ",
        ...what,
        `. Ask ${reviewers} to give it: until then you break no glass, and you can ask approvers as before.`,
      ],
    ]);
  }
  return message(
    [["What you did with ", ...what, " is reviewed."], ...reviewLines(names, request, now)],
    ...found(request),
  );
}

/** Takes a request whose review was given; returns who was faster, for whoever comes after them; null where nobody was. */
export function reviewedAlready(names: Names, request: Request | null, now: Millis): Sentence | null {
  const done = request?.state === "approved" ? (request.review?.done ?? null) : null;
  return done === null ? null : [`${who(names, done.by)} reviewed this ${since(now - done.at)}. Nothing more to do.`];
}

/** Takes the facts; returns the form in which a reviewer says what they found. */
export function reviewForm({ names, request, now }: GlassTold): ModalView {
  const left = request.lent;
  return modal({
    title: "Review",
    callback: VIEWS.review,
    submit: "Give the review",
    close: "Cancel",
    metadata: request.id,
    blocks: [
      lines([
        [
          `${who(names, request.asker)} lent themselves `,
          ...passes(names, request.targets),
          ", ",
          ...lessWords(left, now),
          ", ",
          moment(request.decision.at, now),
          ". It ended or ends ",
          ...until(request.end, now),
          ".",
        ],
      ]),
      quotation(request.reason),
      field({
        block: REVIEW_WORDS,
        label: "What you found",
        hint: "It stands on the card and in the ledger, and who broke the glass reads it.",
        element: textInput(REVIEW_WORDS, MOST_WORDS, "What was done, and whether it was needed", null, true),
      }),
    ],
  });
}
