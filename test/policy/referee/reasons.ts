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
  if (bare(said).length < 10) against.push("reasonTooShort");
  if (Array.from(said).length > 500) against.push("reasonTooLong");
  const rest = bare(
    wordsOf(said)
      .filter((word) => !isTicketIn(law, word))
      .join(""),
  );
  const left = isTicket(law, said) ? "" : rest;
  const given = bare(ticketOf(ticket) ?? "");
  const names = [profile, law.policy.profiles[profile]?.words ?? profile].map(bare);
  if (isNothingBut(left, [given])) against.push("reasonIsTicket");
  else if (isNothingBut(left, [given, ...names])) against.push("reasonIsProfile");
  if (timesSaid >= 10) against.push("reasonRepeated");
  return against;
}

/** "What stands between white space, commas and semicolons". */
function wordsOf(text: string): readonly string[] {
  let words = [""];
  for (const letter of text) {
    const isBetween = letter.trim() === "" || letter === "," || letter === ";";
    words = isBetween ? [...words, ""] : [...words.slice(0, -1), (words.at(-1) ?? "") + letter];
  }
  return words.filter((word) => word !== "");
}

/** "What `tickets.pattern` matches, of at most 100 characters". */
function isTicket(law: Law, text: string): boolean {
  return text.length <= 100 && law.isTicket(text);
}

/** "As it stands, or without the signs around it". */
function isTicketIn(law: Law, word: string): boolean {
  const letters = Array.from(word);
  const isSign = (letter: string) => bare(letter) === "";
  const first = letters.findIndex((letter) => !isSign(letter));
  const last = letters.findLastIndex((letter) => !isSign(letter));
  return isTicket(law, word) || isTicket(law, letters.slice(Math.max(first, 0), last + 1).join(""));
}

/** Tries each piece at the beginning, and the same with what remains. */
function isNothingBut(text: string, pieces: readonly string[]): boolean {
  if (text === "") return true;
  return pieces.some(
    (piece) => piece !== "" && text.startsWith(piece) && isNothingBut(text.slice(piece.length), pieces),
  );
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
