import type { Refusal, RefusalCode } from "../../workflows/refusal.ts";
import { someNames } from "../../workflows/some-names.ts";
import { groupName, type Names } from "../messages.ts";
import type { Piece, Sentence } from "../sentences.ts";

/** What goes into the words of a refusal. */
export interface Refused {
  readonly names: Names;
  /** A limit or a name, `""` where there is none. */
  readonly detail: string;
  readonly refusal: Refusal;
}

/** The words of some refusals, by code: what happened, what it means and what to do now. */
export type RefusalWords<Codes extends RefusalCode> = Readonly<
  Record<Codes, Sentence | ((refused: Refused) => Sentence)>
>;

const NOTHING_RECORDED = "nothing was recorded";

/** Of asking: most stand on a field of the form that is still open. */
export const ASKING = {
  unknownPerson: ({ names }) => ["I don't know you yet, so nothing was recorded. ", linkedBy(names), " can link you."],
  nothingOnOffer: ({ names }) => [
    "There is nothing you can ask for yet. Ask your sponsor, or write to ",
    requestsChannel(names),
    ".",
  ],
  notOffered: ({ detail }) =>
    detail === ""
      ? ["Choose at least one."]
      : [{ code: detail }, ` is not among what you can ask for. Choose another one; ${NOTHING_RECORDED}.`],
  otherThanExtended: [
    `An extension is for the same place and the same use. Ask anew for anything else; ${NOTHING_RECORDED}.`,
  ],
  unknownNamespace: ({ detail }) => [
    { code: detail },
    " is not open on this cluster now. Leave it out, or ask whoever runs the cluster.",
  ],
  namespaceUnread: ({ detail }) => [
    `The worker may not read the labels of ${detail}, so nobody knows what the policy says of it, and ${NOTHING_RECORDED}. ` +
      "Waiting does not mend that. Leave it out, or ask whoever runs the cluster to let the worker read it.",
  ],
  denied: ({ names, detail, refusal }) => [
    `The policy forbids this: ${denialWhy(names, refusal.rule) ?? (detail || "it says so")}. So ${NOTHING_RECORDED}. ` +
      "Ask for something else, or have the policy changed first.",
  ],
  groupUnread: ({ detail }) => [
    `The policy forbids this to people of a Slack user group (${detail}), and Slack has not shown us who is in it. Nobody ` +
      `knows whether you are, so ${NOTHING_RECORDED}. Ask again in a minute; where it stays so, have whoever runs Daypass ` +
      "mend that (the log says how).",
  ],
  conditionNotMet: ({ names, detail, refusal }) => [
    `This may be asked for only under a condition, which does not hold now: ${conditionWords(names, refusal.rule) ?? (detail || "the policy has it")}. ` +
      `So ${NOTHING_RECORDED}. Ask again when it holds, or ask for something else.`,
  ],
  separated: ({ names, detail, refusal }) => [
    `You hold, or are getting, what one person may not hold beside this: ${separationWhy(names, refusal.rule) ?? (detail || "the policy parts them")}. ` +
      `So ${NOTHING_RECORDED}. Hand that one back first, then ask again.`,
  ],
  separatedWhileEnding: ({ names, detail, refusal }) => [
    `A pass of yours is ending, and its cluster has not proven yet that it is over. One person may not hold it beside this: ` +
      `${separationWhy(names, refusal.rule) ?? (detail || "the policy parts them")}. So ${NOTHING_RECORDED}. ` +
      "Ask again when its message says that it is over; where that takes long, on-call knows why.",
  ],
  separatedTogether: (refused) => [
    `These don't go together in one pass: ${partedSides(refused)}. So ${NOTHING_RECORDED}. Ask for them one after another, ` +
      "each when the pass before is over, or leave namespaces out.",
  ],
  tooManyOpen: ({ detail }) => [
    `You have as many requests waiting for an answer as you may${most(detail)}, so ${NOTHING_RECORDED}. Withdraw one, or wait until one is answered.`,
  ],
  tooManyPasses: ({ detail }) => [
    `You hold as many passes as you may${most(detail)}, so ${NOTHING_RECORDED}. Hand one back, or wait until one is over: one that is ending counts until its cluster has proven that.`,
  ],
  companyFull: ({ detail }) => [
    `Your company holds as many passes as it may${most(detail)}, so ${NOTHING_RECORDED}. Have one handed back, or wait until one is over: one that is ending counts until its cluster has proven that.`,
  ],
  ticketNeeded: ({ names, detail }) => [`A ticket is needed here. Write it as ${example(names, detail)}.`],
  ticketShape: ({ names, detail }) => [`That is not a ticket as we write them. Write it as ${example(names, detail)}.`],
  durationUnreadable: ["Write a time such as 45m, 2h or 1h30m."],
  durationTooLong: ({ detail }) => [`At most ${detail} here. Ask for less; you can ask again later.`],
  durationTooShort: ({ detail }) => [`At least ${detail}: less ends before you can use it.`],
  differentApprovers: ({ detail }) => [
    `${detail}: these are not decided by the same people. Ask for them one by one; ${NOTHING_RECORDED}.`,
  ],
  startTooSoon: ["That is over already. Choose a later moment, or leave this empty to begin as soon as it is decided."],
  startTooLate: ({ detail }) => [
    `That is too late${detail === "" ? "" : `: ${detail}`}. Choose an earlier moment, or ask nearer to it.`,
  ],
  reasonTooShort: ({ detail }) => [`Say what is broken and what you will do, in at least ${detail} letters or digits.`],
  reasonTooLong: ({ detail }) => [`At most ${detail} characters: approvers read this before they decide.`],
  reasonIsTicket: ["This is no more than the ticket. Say what is broken and what you will do."],
  reasonIsProfile: [
    "This is no more than the name of what you ask for, with or without a ticket. Say what is broken and what you will do.",
  ],
  reasonRepeated: [
    "You gave this very reason ten times before. Say what is broken this time and what you will do about it.",
  ],
  clusterUnknown: ({ detail }) => [
    { code: detail },
    " has not been read lately: it does not answer, or no worker reads it. So nothing can be asked for on it now. " +
      "Try again in a few minutes.",
  ],
  alreadyOpen: ["You asked for this already and it waits for an answer. Withdraw that one first, or wait."],
  noBreakGlass: [
    `The glass is not yours to break here, so ${NOTHING_RECORDED}: the policy lets only those on call lend themselves ` +
      "something, and not this. Untick the box and ask approvers.",
  ],
  reviewOverdue: [
    `A review of a pass that you lent yourself is overdue, so you break no glass until it is given, and ${NOTHING_RECORDED}. ` +
      "Ask its reviewers; their channel has it. Untick the box to ask approvers.",
  ],
} as const satisfies Partial<RefusalWords<RefusalCode>>;

function most(limit: string): string {
  return limit === "" ? "" : ` (${limit})`;
}

function denialWhy(names: Names, rule: string | undefined): string | undefined {
  return plain(names?.denials.find(({ name }) => name === rule)?.why);
}

function separationWhy(names: Names, rule: string | undefined): string | undefined {
  return plain(names?.separation.find(({ name }) => name === rule)?.why);
}

/** Takes a refusal for two sides in one request; returns `payments on one side and ledger on the other (why)`. */
export function partedSides({ names, detail, refusal }: Refused): string {
  const [first, second] = (refusal.sides ?? [[], []]).map(someNames);
  return `${first} on one side and ${second} on the other (${separationWhy(names, refusal.rule) ?? (detail || "the policy parts them")})`;
}

function conditionWords(names: Names, rule: string | undefined): string | undefined {
  return plain(names?.rules.find(({ name }) => name === rule)?.whenWords);
}

/** Words of a policy may end with a full stop; in the middle of a sentence they must not. */
function plain(words: string | undefined): string | undefined {
  return words?.replace(/[.\s]+$/, "");
}

function example(names: Names, detail: string): string {
  return names?.tickets?.example ?? (detail || "your tickets are called");
}

/** Takes who linked people are linked by; returns how to name them. */
export function linkedBy(names: Names): string {
  return names?.slack.linkedBy ?? "Whoever runs Daypass";
}

/** Takes the policy in force; returns the channel in which people ask. */
export function requestsChannel(names: Names): Piece {
  return names === null ? "whoever runs Daypass" : { channel: names.slack.requestsChannel };
}

/** Takes a policy and groups' ids as one text; returns their names. */
export function groupsIn(names: Names, detail: string): string {
  return detail
    .split(", ")
    .map((group) => groupName(names, group))
    .join(" or ");
}
