import type { Millis, PersonId } from "../../workflows/person.ts";
import type { Refusal } from "../../workflows/refusal.ts";
import type { Request } from "../../workflows/request.ts";
import { groupName, type Names, who } from "../messages.ts";
import type { Sentence } from "../sentences.ts";
import { since } from "../time-words.ts";

const BEFORE_YOU = "before you";

/** Takes a refusal; returns what happened, what it means and what to do now. */
export function refusalWords(names: Names, refusal: Refusal): Sentence {
  const detail = refusal.detail ?? "";
  switch (refusal.refused) {
    case "unknownPerson":
      return ["I don't know you yet, so nothing was recorded. ", linkedBy(names), " can link you."];
    case "nothingOnOffer":
      return ["There is nothing you can ask for yet. Ask your sponsor, or write to ", requestsChannel(names), "."];
    case "notOffered":
      return detail === ""
        ? ["Choose at least one."]
        : [{ code: detail }, " is not among what you can ask for. Choose another one; nothing was recorded."];
    case "otherThanExtended":
      return ["An extension is for the same place and the same use. Ask anew for anything else; nothing was recorded."];
    case "unknownNamespace":
      return [{ code: detail }, " is not on this cluster now. Leave it out, or ask whoever runs the cluster."];
    case "durationUnreadable":
      return ["Write a time such as 45m, 2h or 1h30m."];
    case "durationTooLong":
      return [`At most ${detail} here. Ask for less; you can ask again later.`];
    case "durationTooShort":
      return [`At least ${detail}: less ends before you can use it.`];
    case "differentApprovers":
      return [`${detail}: no single rule covers these together. Ask for them one by one.`];
    case "reasonTooShort":
      return [`Say what is broken and what you will do, in ${detail} characters or more.`];
    case "reasonTooLong":
      return [`At most ${detail} characters: approvers read this before they decide.`];
    case "clusterUnknown":
      return [
        { code: detail },
        " has not answered lately, so nothing can be asked for on it now. Try again in a few minutes.",
      ];
    case "alreadyOpen":
      return ["You asked for this already and it waits for an answer. Withdraw that one first, or wait."];
    case "notFound":
      return ["I no longer have a record of this, so there is nothing to do here. Ask again if you still need it."];
    case "notYours":
      return ["This one is not yours, so nothing happened. Who holds it, who approved it and on-call can end it."];
    case "ownRequest":
      return ["You asked for this one, so somebody else has to decide."];
    case "notApprover":
      return [`This one is for ${groupName(names, detail)}. You can see it, not decide it.`];
    case "guestOrExternal":
      return [
        "Guests and people of other organisations don't decide, so nothing was recorded. Ask a colleague in this channel.",
      ];
    case "inactive":
      return ["Your Slack account is not active, so nothing was recorded. Ask a workspace admin."];
    case "alreadyDecided":
      return ["This is decided already. Nothing more to do."];
    case "changedSinceShown":
      return [
        "This request has changed since you saw it, so your click did not count. Read the card again, then decide.",
      ];
    case "roleChanged":
      return [`What ${detail} allows has changed since it was asked for, so nothing was granted. Ask for it again.`];
    case "askerNotAllowedAnyMore":
      return [
        "Who asked may not have this any more, so nothing was granted. Deny it, or have the policy changed first.",
      ];
    case "alreadyEnding":
      return ["This one is ending already. Nothing more to do."];
    case "notActive":
      return ["This pass is not active now, so there is no kubeconfig for it. Ask again if you still need access."];
    case "notNow":
      return ["That is not possible in its present state, so nothing happened. What the card shows is what holds."];
    case "policyUnreadable":
      return [
        "The policy can't be read, so nothing can be asked for or decided. Whoever runs Daypass sees why in the log. Endings go on.",
      ];
    case "endingsOnly":
      return [
        `Nothing new is granted right now: ${detail}. So nothing was recorded; running passes go on and end on time. ` +
          "Try again when whoever runs Daypass has mended it.",
      ];
    case "raced":
      return ["Several people acted on this at once and yours did not count. Look at it again, then try once more."];
  }
}

/** Takes who linked people are linked by; returns how to name them. */
function linkedBy(names: Names): string {
  return names?.slack.linkedBy ?? "Whoever runs Daypass";
}

function requestsChannel(names: Names) {
  return names === null ? "whoever runs Daypass" : { channel: names.slack.requestsChannel };
}

/** Takes the Slack key (`T…/U…`) of somebody the policy does not link; returns what to tell them. */
export function strangerWords(names: Names, slackKey: string): Sentence {
  return ["I don't know you yet. ", linkedBy(names), " can link you; send them this code: ", { code: slackKey }];
}

/** Takes a linked person with nothing on offer; returns whom to ask. */
export function nothingOnOfferWords(names: Names, person: PersonId): Sentence {
  const company = names?.people[person]?.company;
  const sponsor = company === undefined ? undefined : names?.companies[company]?.sponsor;
  const them =
    sponsor === undefined || sponsor === person
      ? "Write to "
      : `Your sponsor is ${who(names, sponsor)}; ask them, or write to `;
  return ["There is nothing you can ask for yet. ", them, requestsChannel(names), "."];
}

/** Takes a request that is no longer pending, who clicked and when; returns who was faster and by how much. */
export function lateWords(names: Names, request: Request, by: PersonId, now: Millis): Sentence {
  switch (request.state) {
    case "pending":
      return ["This one lapses right now, so your click did not count. It can be asked for again."];
    case "approved":
    case "denied": {
      const { decision, state } = request;
      const ago = now - decision.at;
      return decision.by === by
        ? [`You ${state} this ${since(ago)}. Nothing more to do.`]
        : [`${who(names, decision.by)} ${state} this ${since(ago, BEFORE_YOU)}. Nothing more to do.`];
    }
    case "withdrawn":
      return request.asker === by
        ? [`You withdrew this ${since(now - request.at)}. Nothing more to do.`]
        : [`${who(names, request.asker)} withdrew this ${since(now - request.at, BEFORE_YOU)}. Nothing more to do.`];
    case "lapsed":
      return [`This lapsed ${since(now - request.at, BEFORE_YOU)}. It can be asked for again.`];
  }
}
