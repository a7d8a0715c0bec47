import type { Millis, PersonId } from "../../workflows/person.ts";
import type { Refusal, RefusalCode } from "../../workflows/refusal.ts";
import type { Request } from "../../workflows/request.ts";
import { everybody, type Names, who } from "../messages.ts";
import type { Sentence } from "../sentences.ts";
import { since } from "../time-words.ts";
import { FORMER_IS_OVER } from "./asking-anew.ts";
import { ASKING, linkedBy, type RefusalWords, requestsChannel } from "./refusals-asking.ts";
import { ABOUT_THE_ASKER, DECIDING } from "./refusals-deciding.ts";

const BEFORE_YOU = "before you";
const NEW_CARD = "That request has a card of its own; this one is withdrawn.";

type Words = RefusalWords<RefusalCode>[RefusalCode];

const WORDS: RefusalWords<RefusalCode> = { ...ASKING, ...DECIDING };

/** Takes a refusal; returns what happened, what it means and what to do now. */
export function refusalWords(names: Names, refusal: Refusal): Sentence {
  return sayIn(WORDS[refusal.refused], names, refusal);
}

function sayIn(words: Words, names: Names, refusal: Refusal): Sentence {
  return typeof words === "function" ? words({ names, detail: refusal.detail ?? "", refusal }) : words;
}

/** Takes a refusal of what was asked for; returns the words for who asked. */
export function askingWords(names: Names, refusal: Refusal): Sentence {
  // Of asking, only an extension has something that must be active, and only an emergency is decided by who asks.
  if (refusal.refused === "notActive") return FORMER_IS_OVER;
  return refusalWords(names, refusal.refused === "guestOrExternal" ? { refused: "noBreakGlass" } : refusal);
}

/** Takes a refusal of a decision; returns the words for who decides, of whom most of a wish's faults are not. */
export function decisionWords(names: Names, refusal: Refusal): Sentence {
  return sayIn(ABOUT_THE_ASKER[refusal.refused] ?? WORDS[refusal.refused], names, refusal);
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
      if (decision.people.length === 0) return [`This was ${state} by policy ${since(ago)}. Nothing more to do.`];
      if (!decision.people.includes(by))
        return [`${everybody(names, decision.people)} ${state} this ${since(ago, BEFORE_YOU)}. Nothing more to do.`];
      const others = decision.people.filter((person) => person !== by);
      const you = others.length === 0 ? "You" : `You and ${everybody(names, others)}`;
      return [`${you} ${state} this ${since(ago)}. Nothing more to do.`];
    }
    case "withdrawn":
      if (request.anew !== undefined) {
        const asker = who(names, request.asker);
        return [
          `${asker} asked for this anew from another Slack account ${since(now - request.at, BEFORE_YOU)}. ${NEW_CARD}`,
        ];
      }
      return request.asker === by
        ? [`You withdrew this ${since(now - request.at)}. Nothing more to do.`]
        : [`${who(names, request.asker)} withdrew this ${since(now - request.at, BEFORE_YOU)}. Nothing more to do.`];
    case "lapsed":
      return [`This lapsed ${since(now - request.at, BEFORE_YOU)}. It can be asked for again.`];
  }
}
