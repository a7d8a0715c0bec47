import { sayDuration } from "../../workflows/duration.ts";
import type { RefusalCode } from "../../workflows/refusal.ts";
import type { Needs } from "../../workflows/request.ts";
import type { Allowed, OfferedPass } from "../../workflows/wish.ts";
import { capital, groupNames, yeses } from "../messages.ts";
import type { Sentence } from "../sentences.ts";
import { moment, utcDay } from "../time-words.ts";
import { type Chosen, type FormFacts, isRefused } from "./form-facts.ts";
import { needWords, riskWords } from "./needs.ts";
import { refusalWords } from "./refusals.ts";
import { mostSeconds } from "./request-fields.ts";

/** What no other choice in the form mends, so that people hear of it before they write a reason in vain. */
const IN_VAIN: ReadonlySet<RefusalCode> = new Set([
  "denied",
  "separated",
  "tooManyOpen",
  "tooManyPasses",
  "companyFull",
  "reviewOverdue",
  "clusterUnknown",
]);

/** Takes the facts and what is chosen; returns what people read before they press: who decides, the cap, the risk. */
export function closingLines(facts: FormFacts, chosen: Chosen): readonly Sentence[] {
  if (chosen.offer.length === 0) {
    return [["No rule lets you ask approvers for anything. In an emergency you may break the glass: tick the box."]];
  }
  const { preview } = facts;
  const vain = isRefused(preview) ? preview.filter((no) => IN_VAIN.has(no.refused)) : [];
  const allowed = preview === null || isRefused(preview) ? null : preview;
  return [
    ...silentLines(chosen),
    ...abilities(chosen),
    ...(allowed === null ? [] : [riskWords(allowed.needs)]),
    ...(chosen.glass ? glassLines(facts, chosen, allowed) : [goesTo(facts, chosen, allowed)]),
    ...vain.map((no): Sentence => [{ bold: "As it stands, not possible. " }, ...refusalWords(facts.names, no)]),
  ];
}

function silentLines({ cluster, inCluster }: Chosen): readonly Sentence[] {
  if (cluster === null || inCluster.some((pass) => pass.namespaces.length > 0)) return [];
  return [
    [
      { code: cluster },
      " has not said lately which namespaces are open, or none is. Choose another cluster, or try again in a few minutes.",
    ],
  ];
}

function abilities({ fitting, profile }: Chosen): readonly Sentence[] {
  const able = fitting.find((pass) => pass.profile === profile);
  if (able === undefined) return [];
  const conditions = [...new Set(fitting.map((pass) => pass.whenWords))];
  const [only, another] = conditions;
  return [
    [`Can: ${able.can}. Cannot: ${able.cannot}.`],
    ...(only === undefined || only === null || another !== undefined ? [] : [[`Only: ${only}.`]]),
  ];
}

function goesTo(facts: FormFacts, chosen: Chosen, allowed: Allowed | null): Sentence {
  const passes = chosen.fitting.length > 0 ? chosen.fitting : chosen.offer;
  const rest = `At most ${cap(facts, chosen, allowed)}${contract(facts)}.`;
  if (allowed?.auto === true) {
    return [`Needs nobody: you are on call, its risk is low, and the policy lends it by itself. ${rest}`];
  }
  const groups = allowed?.approvers ?? [...new Set(passes.flatMap((pass) => pass.approvers))];
  return [`Goes to ${groupNames(facts.names, groups)}. ${yesesNeeded(allowed?.needs ?? null, passes)} ${rest}`];
}

/** Until all is chosen, the risk may ask for more than the rule does. */
function yesesNeeded(needs: Needs | null, passes: readonly OfferedPass[]): string {
  if (needs !== null) return `${needWords(needs)}.`;
  const least = Math.min(...passes.map((pass) => pass.quorum));
  const most = Math.max(...passes.map((pass) => pass.quorum));
  return least === most ? `${capital(yeses(least))} needed.` : `${capital(yeses(least))} needed, or up to ${most}.`;
}

function cap(facts: FormFacts, chosen: Chosen, allowed: Allowed | null): string {
  const tooLong = isRefused(facts.preview) ? facts.preview.find((no) => no.refused === "durationTooLong") : undefined;
  if (tooLong?.detail !== undefined) return tooLong.detail;
  const most = mostSeconds(facts, chosen);
  return sayDuration(allowed === null ? most : Math.min(most, allowed.needs.maxSeconds));
}

function contract({ contractEnd }: FormFacts): string {
  return contractEnd === null ? "" : `; your contract ends ${utcDay(contractEnd - 1)}`;
}

function glassLines(facts: FormFacts, chosen: Chosen, allowed: Allowed | null): readonly Sentence[] {
  const { names, now } = facts;
  const glass = names?.breakGlass;
  if (glass === undefined) return [];
  const reviewers = groupNames(names, [glass.reviewers]);
  const skipped = (allowed?.approvers ?? []).filter((group) => group !== glass.reviewers);
  const told = skipped.length === 0 ? "everybody whose yes is skipped" : groupNames(names, skipped, "and");
  return [
    [
      { bold: "Nobody is asked." },
      ` You lend it to yourself, at once, for at most ${cap(facts, chosen, allowed)}. Told at once: ${told}, and ${reviewers}.`,
    ],
    [
      "It owes a review: until ",
      moment(now + glass.reviewWithin * 1000, now),
      ` somebody else of ${reviewers} says what they found. While one is overdue, you break no glass.`,
    ],
  ];
}
