/**
 * A refusal is an expected answer, not an error: what was tried cannot be, and the words for it are in
 * bot/messages.ts, one per code.
 */
export type RefusalCode =
  | "unknownPerson"
  | "nothingOnOffer"
  | "notOffered"
  | "unknownNamespace"
  | "namespaceUnread"
  | "durationUnreadable"
  | "durationTooLong"
  | "durationTooShort"
  | "differentApprovers"
  | "reasonTooShort"
  | "reasonTooLong"
  | "clusterUnknown"
  | "alreadyOpen"
  | "otherThanExtended"
  | "notFound"
  | "notYours"
  | "ownRequest"
  | "notApprover"
  | "guestOrExternal"
  | "inactive"
  | "alreadyDecided"
  | "changedSinceShown"
  | "roleChanged"
  | "askerNotAllowedAnyMore"
  | "alreadyEnding"
  | "notActive"
  | "notNow"
  | "policyUnreadable"
  | "endingsOnly"
  | "raced"
  | "denied"
  | "groupUnread"
  | "conditionNotMet"
  | "separated"
  | "separatedWhileEnding"
  | "separatedTogether"
  | "tooManyOpen"
  | "tooManyPasses"
  | "companyFull"
  | "ticketNeeded"
  | "ticketShape"
  | "reasonIsTicket"
  | "reasonIsProfile"
  | "reasonRepeated"
  | "stepUpNeeded"
  | "sameCompany"
  | "otherAccount"
  | "notNarrower"
  | "nothingLeft"
  | "alreadySaidYes"
  | "startTooSoon"
  | "startTooLate"
  | "noBreakGlass"
  | "reviewOverdue"
  | "notReviewer"
  | "alreadyReviewed";

/** Namespaces that must be apart; one that both sides cover is in both. */
export type Sides = readonly [first: readonly string[], second: readonly string[]];

export interface Refusal {
  readonly refused: RefusalCode;
  /** The form field it belongs to, where it belongs to one. */
  readonly field?: "cluster" | "namespaces" | "profile" | "duration" | "reason" | "ticket" | "start";
  /** A limit or a name to put into the sentence. */
  readonly detail?: string;
  /** The name of the rule, denial or separation that says so, where one does. */
  readonly rule?: string;
  /** The namespaces on the one side of a separation and on the other, where one request has both. */
  readonly sides?: Sides;
}

/** Takes a code and what belongs to it; returns the refusal value. */
export function refuse(refused: RefusalCode, more: Omit<Refusal, "refused"> = {}): Refusal {
  return { refused, ...more };
}

/** Takes refusals; returns each once: what forbids several namespaces alike is told one time. */
export function distinctRefusals(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((refusal) => [JSON.stringify(refusal), refusal])).values()];
}

/** Takes any answer of a use case; returns whether it is a refusal. */
export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === "object" && answer !== null && "refused" in answer;
}
