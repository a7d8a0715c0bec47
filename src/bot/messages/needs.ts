import type { Needs } from "../../workflows/request.ts";
import { capital, inWords, yeses } from "../messages.ts";
import type { Sentence } from "../sentences.ts";

/** More reasons than this are not read; the policy has all of them. */
const MOST_REASONS = 8;

/** Takes what is needed; returns those reasons for its risk that are shown. */
export function reasonsShown({ why }: Pick<Needs, "why">): readonly string[] {
  return why.slice(0, MOST_REASONS);
}

/** Takes what is needed; returns `Risk: high: runs commands inside containers · production`, from the policy's words. */
export function riskWords({ tier, why }: Pick<Needs, "tier" | "why">): Sentence {
  const shown = reasonsShown({ why }).map((words) => words.replace(/[.\s]+$/, ""));
  const rest = why.length > shown.length ? [`and ${why.length - shown.length} more`] : [];
  const reasons = [...shown, ...rest].join(" · ");
  return ["Risk: ", { bold: tier }, ...(reasons === "" ? ["."] : [`: ${reasons}.`])];
}

/** Takes what is needed; returns `Two yeses needed, of different groups`, without a full stop. */
export function needWords({ quorum, differentGroups, notSameCompany }: Needs): string {
  const how = [
    ...(differentGroups && quorum > 1 ? ["of different groups"] : []),
    ...(notSameCompany ? ["of another company"] : []),
  ];
  return `${capital(yeses(quorum))} needed${how.length === 0 ? "" : `, ${inWords(how, "and")}`}`;
}
