import { sayDuration } from "../../workflows/duration.ts";
import { owesReview, type Request } from "../../workflows/request.ts";
import { buttons } from "../blocks.ts";
import { groupNames, type Names, passes, until, who, whoExactly, whyEnded } from "../messages.ts";
import { ACTIONS, packShown } from "../names.ts";
import { lines, type Message, quotation, type Sentence, toText } from "../sentences.ts";
import { moment } from "../time-words.ts";
import type { AskerRecord, CardFacts } from "./card-facts.ts";
import { stateLines } from "./card-state.ts";
import { riskWords } from "./needs.ts";

/** Takes the facts; returns the card that stands in the approvers' channel, the same message in every state. */
export function card(facts: CardFacts): Message {
  const { names, request, now } = facts;
  const asks: Sentence = [
    ...whoExactly(names, request.asker, facts.asker),
    request.leave === "breakGlass" ? " broke the glass for " : " asks for ",
    ...passes(names, request.targets),
    " for ",
    { bold: sayDuration(request.durationSeconds) },
    ...(request.startsAt === null ? [] : [" from ", moment(request.startsAt, now)]),
  ];
  const extension = extensionLines(facts);
  const risk = riskWords(request.needs);
  const states = stateLines(facts);
  return {
    text: toText([[...asks, "."], ...extension, risk, ...states]),
    blocks: [
      lines([asks, ...extension]),
      quotation(request.reason),
      lines([...(request.needs.tier === "high" ? [risk, ...abilities(facts)] : [...abilities(facts), risk])]),
      ...aboutBlock(facts),
      lines(states),
      ...afterwords(request).map(quotation),
      ...(request.state === "pending" ? [decisionButtons(facts)] : []),
      ...(owesReview(request) ? [reviewButton(names, request)] : []),
    ],
  };
}

/** What somebody said when it was over: why not, or what a review found. */
function afterwords(request: Request): readonly string[] {
  if (request.state === "denied") return request.why === null ? [] : [request.why];
  if (request.state !== "approved") return [];
  const done = request.review?.done ?? null;
  return done === null ? [] : [done.words];
}

/** Takes a request that owes a review; returns the row with the button that opens the form for it. */
export function reviewButton(names: Names, request: Request) {
  return buttons({
    action: ACTIONS.review,
    value: request.id,
    words: "Review…",
    label: `Review what was done: ${whatFor(names, request)}`,
  });
}

/** The ticket, what is known of who asks, and why it stands in this channel; in this order, and only while it helps to decide. */
function aboutBlock({ names, request, record }: CardFacts) {
  const about = [
    ...(request.ticket === null ? [] : [request.ticket]),
    ...(request.state === "pending" && record !== null ? [holdsWords(record), earlierWords(record)] : []),
  ];
  const asked: Sentence =
    request.leave === "approval" && request.state === "pending"
      ? [`You are asked because ${groupNames(names, request.approvers)} decide this${ruleWords(request)}.`]
      : [];
  const sentences = [about.join(" · "), asked.join("")].filter((words) => words !== "").map((words) => [words]);
  return sentences.length === 0 ? [] : [lines(sentences)];
}

function ruleWords({ needs }: Request): string {
  return needs.rules.length === 0 ? "" : ` (${needs.rules.join(", ")})`;
}

function holdsWords({ holds }: AskerRecord): string {
  return holds === 0 ? "holds nothing else" : `holds ${holds} other ${holds === 1 ? "pass" : "passes"}`;
}

/** Of the last ten, as many as are remembered. */
function earlierWords({ outcomes }: AskerRecord): string {
  if (outcomes.length === 0) return "no earlier pass";
  const bad = outcomes.filter((outcome) => outcome === "revoked").length;
  const count = outcomes.length === 1 ? "1 earlier pass" : `${outcomes.length} earlier passes`;
  return bad === 0 ? `${count}, none revoked` : `${count}, ${bad} revoked`;
}

function decisionButtons({ names, request }: CardFacts) {
  const value = packShown({ request: request.id, fingerprint: request.fingerprint });
  const what = whatFor(names, request);
  return buttons(
    { action: ACTIONS.approve, value, words: "Approve", label: `Approve ${what}` },
    { action: ACTIONS.approveLess, value, words: "Approve for less…", label: `Approve for less ${what}` },
    { action: ACTIONS.deny, value, words: "Deny…", label: `Deny ${what}` },
  );
}

function whatFor(names: Names, { asker, targets }: Request): string {
  const words = targets.map((target) => names?.profiles[target.profile]?.words ?? target.profile);
  return `${who(names, asker)}: ${words.join(", ")}`;
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
