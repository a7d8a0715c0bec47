/** "Reasons and tickets". */
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import type { Ask, Law } from "./terms.ts";

/** Takes a text; returns its letters and digits alone, without case, one by one. */
export function bare(text: string): string {
  let kept = "";
  for (const letter of text.toLowerCase()) if (/\p{L}|\p{N}/u.test(letter)) kept += letter;
  return kept;
}

/** Takes what somebody wrote, and how often they wrote it before; returns what is wrong with it. */
export function againstReason(law: Law, { reason, ticket, profile }: Ask, timesSaid: number): readonly RefusalCode[] {
  const against: RefusalCode[] = [];
  const said = reason.trim();
  const length = Array.from(said).length;
  if (length < 10) against.push("reasonTooShort");
  if (length > 500) against.push("reasonTooLong");
  const given = ticketOf(ticket);
  if ((given !== null && bare(given) === bare(said)) || law.isTicket(said)) against.push("reasonIsTicket");
  const names = [profile, law.policy.profiles[profile]?.words ?? profile];
  if (names.some((name) => bare(name) === bare(said))) against.push("reasonIsProfile");
  if (timesSaid >= 10) against.push("reasonRepeated");
  return against;
}

/** Takes a ticket as written and whether one is needed; returns what is wrong with it. */
export function againstTicket(law: Law, ticket: string | null, isNeeded: boolean): readonly RefusalCode[] {
  const given = ticketOf(ticket);
  if (given === null) return isNeeded ? ["ticketNeeded"] : [];
  const isWrong = given.length > 100 || (law.policy.tickets !== undefined && !law.isTicket(given));
  return isWrong ? ["ticketShape"] : [];
}

/** Takes a ticket as written; returns it trimmed, null where it is blank. */
export function ticketOf(ticket: string | null): string | null {
  const given = ticket?.trim() ?? "";
  return given === "" ? null : given;
}
