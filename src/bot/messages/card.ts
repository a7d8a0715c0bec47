import { sayDuration } from "../../workflows/duration.ts";
import type { EndedGrant, EndingGrant, Grant, MakingGrant } from "../../workflows/grant.ts";
import { isOverdue, keptUntil } from "../../workflows/next-step.ts";
import type { Millis, PersonRecord } from "../../workflows/person.ts";
import type { Request } from "../../workflows/request.ts";
import { buttons } from "../blocks.ts";
import { groupName, MARKS, type Names, passes, until, who, whoExactly, whyEnded } from "../messages.ts";
import { ACTIONS, packShown } from "../names.ts";
import { lines, type Message, quotation, type Sentence, toText } from "../sentences.ts";
import { moment, roughly, sayLag } from "../time-words.ts";

/** All that a card is made of, as the store has it now. */
export interface CardFacts {
  readonly names: Names;
  readonly request: Request;
  /** The request's grants; none before an approval. */
  readonly grants: readonly Grant[];
  /** The grant that this would succeed; null for a first one, and where it is no longer on record. */
  readonly former: Grant | null;
  readonly asker: PersonRecord | null;
  readonly now: Millis;
}

/** Takes the facts; returns the card that stands in the approvers' channel, the same message in every state. */
export function card(facts: CardFacts): Message {
  const { names, request } = facts;
  const asks: Sentence = [
    ...whoExactly(names, request.asker, facts.asker),
    " asks for ",
    ...passes(names, request.targets),
    " for ",
    { bold: sayDuration(request.durationSeconds) },
  ];
  const extension = extensionLines(facts);
  const states = stateLines(facts);
  const decidable = request.state === "pending";
  return {
    text: toText([[...asks, "."], ...extension, ...states]),
    blocks: [
      lines([asks, ...extension]),
      quotation(request.reason),
      lines([...abilities(facts), ...states]),
      ...(request.state === "denied" && request.why !== null ? [quotation(request.why)] : []),
      ...(decidable ? [decisionButtons(facts)] : []),
    ],
  };
}

function decisionButtons({ names, request }: CardFacts) {
  const value = packShown({ request: request.id, fingerprint: request.fingerprint });
  const what = `${who(names, request.asker)}: ${request.targets.map((target) => names?.profiles[target.profile]?.words ?? target.profile).join(", ")}`;
  return buttons(
    { action: ACTIONS.approve, value, words: "Approve", label: `Approve ${what}` },
    { action: ACTIONS.deny, value, words: "Deny…", label: `Deny ${what}` },
  );
}

/** No retry and no extension moves an end: approvers must know that two passes overlap. */
function extensionLines({ names, request, former, now }: CardFacts): readonly Sentence[] {
  if (request.extends === null) return [];
  if (former === null) return [["Extends an earlier pass, which ends on time all the same."]];
  if (former.state === "active" || former.state === "making")
    return [["Extends a pass that ends ", ...until(former.end, now), "; that one ends on time all the same."]];
  return [["Extends a pass that is over by now: ", whyEnded(names, former), "."]];
}

/** What the access can do, from the catalogue. */
function abilities({ names, request }: CardFacts): readonly Sentence[] {
  return request.targets.flatMap((target): Sentence[] => {
    const profile = names?.profiles[target.profile];
    return profile === undefined ? [] : [[`Can: ${profile.can}. Cannot: ${profile.cannot}.`]];
  });
}

/** Takes the facts; returns where the request or its grants stand, one sentence each, mark and word. */
function stateLines(facts: CardFacts): readonly Sentence[] {
  const { names, request, now } = facts;
  switch (request.state) {
    case "pending":
      return [
        [
          `${MARKS.pending} Pending. One yes needed, from ${groupName(names, request.approvers)}. Lapses `,
          ...until(request.lapsesAt, now),
          ".",
        ],
      ];
    case "denied":
      return [[`${MARKS.ended} Denied by ${who(names, request.decision.by)} `, moment(request.decision.at, now), "."]];
    case "withdrawn":
      return [[`${MARKS.ended} Withdrawn by ${who(names, request.asker)} `, moment(request.at, now), "."]];
    case "lapsed":
      return [[`${MARKS.ended} Lapsed `, moment(request.at, now), ": nobody answered in time."]];
    case "approved": {
      const yes = `Approved by ${who(names, request.decision.by)}.`;
      if (facts.grants.length === 0) return [[`${MARKS.pending} ${yes} Making it…`]];
      return facts.grants.map((grant) => [
        ...(facts.grants.length > 1 ? [`${grant.cluster}: `] : []),
        ...grantLine(names, grant, yes, now),
      ]);
    }
  }
}

function grantLine(names: Names, grant: Grant, yes: string, now: Millis): Sentence {
  switch (grant.state) {
    case "making":
      return grant.trouble === null ? [`${MARKS.pending} ${yes} Making it…`] : troubleLine(grant, yes, now);
    case "active":
      return [`${MARKS.active} Active until `, ...until(grant.end, now), `. ${yes}`];
    case "ending":
      return endingLine(names, grant, now);
    case "ended":
      return endedLine(names, grant, now);
  }
}

function troubleLine(grant: MakingGrant, yes: string, now: Millis): Sentence {
  return [
    `${MARKS.pending} ${yes} ${grant.trouble ?? ""}. The yes is kept until `,
    moment(keptUntil(grant), now),
    "; the end stays ",
    ...until(grant.end, now),
    ". After that: not granted, and nothing was left behind.",
  ];
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
