/** A verdict in the words of those who write policies. What people read in Slack is in bot/messages. */
import { own, type Policy } from "../workflows/policy.ts";
import type { PolicyInForce } from "../workflows/ports.ts";
import type { Refusal } from "../workflows/refusal.ts";
import type { AssumedWish, Assumptions, GlassVerdict, Verdict } from "./assumed.ts";
import { missesOf } from "./nearest-rules.ts";
import { GLASS_WORDS, REFUSAL_WORDS } from "./refusal-words.ts";
import { sayExactly } from "./say-exactly.ts";

/** Takes the policy in force, a wish, the verdict on it and what it assumes; returns it in words, a line each. */
export function sayVerdict(
  force: PolicyInForce,
  wish: AssumedWish,
  verdict: Verdict,
  assumed: Assumptions,
): readonly string[] {
  const { policy } = force;
  const what = own(policy.profiles, wish.what)?.words ?? wish.what;
  const asked = `${what} (${wish.what}) in ${wish.namespaces.join(", ")} on ${wish.cluster}`;
  const who = nameOf(policy, wish.who);
  if (!verdict.may) {
    return [
      `${who} may not have ${asked} for ${wish.for}.`,
      ...verdict.refusals.flatMap((one) => sayRefusal(one, missesOf(force, wish, assumed))),
    ];
  }
  const { needs, approvers, auto, durationSeconds } = verdict.allowed;
  const isCut = verdict.mostSeconds < durationSeconds;
  return [
    `${who} may have ${asked} for ${isCut ? `${sayExactly(verdict.mostSeconds)}, not for ${wish.for}` : wish.for}.`,
    ...(isCut ? [`  until   ${sayMoment(wish.at + verdict.mostSeconds * 1000)}: their contract ends then`] : []),
    `  by      ${needs.rules.length === 1 ? "rule" : "rules"} ${needs.rules.join(", ")}, at most ${sayExactly(needs.maxSeconds)}`,
    `  yes     ${auto ? "by policy: nobody needs to say it" : sayDeciders(policy, approvers, verdict)}`,
    `  risk    ${[needs.tier, ...needs.why].join("; ")}${needs.stepUp ? "; the yes is given in a form that says it once more" : ""}`,
    `  ticket  ${verdict.ticket ? "needed" : "not needed"}`,
  ];
}

function sayMoment(at: number): string {
  return new Date(at).toISOString().replace(/(:00)?\.\d+Z$/, "Z");
}

/** Takes a policy, a wish of somebody on call, and the verdict on an emergency; returns it in words, a line each. */
export function sayGlass(policy: Policy, wish: AssumedWish, verdict: GlassVerdict): readonly string[] {
  const who = nameOf(policy, wish.who);
  if (!verdict.may) {
    const why = verdict.refusals.flatMap((one) => sayRefusal(one, [], GLASS_WORDS));
    return [`In an emergency ${who} may not lend themselves that.`, ...why];
  }
  const { reviewers = "", reviewWithin = 0 } = policy.breakGlass ?? {};
  const nameOfGroup = (id: string) => own(policy.groups, id)?.name ?? id;
  return [
    `In an emergency ${who} may lend themselves that at once, at most ${sayExactly(verdict.maxSeconds)}.`,
    `  told    ${verdict.told.map(nameOfGroup).join(", ")}`,
    `  review  ${nameOfGroup(reviewers)}, within ${sayExactly(reviewWithin)}`,
  ];
}

function sayDeciders(policy: Policy, approvers: readonly string[], verdict: Extract<Verdict, { may: true }>): string {
  const { needs } = verdict.allowed;
  const groups = approvers.map((id) => own(policy.groups, id)?.name ?? id).join(" or ");
  const people = verdict.deciders.map((id) => nameOf(policy, id));
  const slack = approvers.flatMap((id) => own(policy.groups, id)?.slackGroups ?? []);
  const from = [...people, ...slack.map((id) => `Slack user group ${id}`)].join(", ");
  const outside = verdict.outside.map((id) => nameOf(policy, id)).join(", ");
  const more = [
    outside === "" ? "" : `not ${outside}, from another organisation's Slack`,
    needs.differentGroups ? "each of another group" : "",
    needs.notSameCompany ? "nobody of the asker's company" : "",
  ].filter((words) => words !== "");
  return [`${needs.quorum} of ${groups}: ${from}`, ...more].join("; ");
}

/** Takes a policy and a person's id; returns their name and id. */
function nameOf(policy: Policy, id: string): string {
  const name = own(policy.people, id)?.name;
  return name === undefined ? id : `${name} (${id})`;
}

function sayRefusal(
  { refused, detail, rule, sides }: Refusal,
  nearest: readonly string[],
  said: typeof REFUSAL_WORDS = REFUSAL_WORDS,
): readonly string[] {
  const words = said[refused];
  const by = rule === undefined ? "" : ` (${rule})`;
  const parted = sides === undefined ? "" : `: ${sides.map((side) => side.join(", ")).join(" | ")}`;
  const line = `  ${refused}: ${words}${by}${parted}${detail === undefined ? "" : `: ${detail}`}`;
  return refused === "notOffered" || refused === "nothingOnOffer" ? [line, ...nearest] : [line];
}
