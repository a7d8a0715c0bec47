/** Reasons and tickets: whether they say something. */
import { own } from "./policy.ts";
import type { PolicyInForce } from "./ports.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Wish } from "./wish.ts";

/** Short enough to be read, long enough to say something: letters and digits at least, characters at most. */
const WORDS_LENGTH = { least: 10, most: 500 };
const MOST_REPEATED = 10;
const MOST_TICKET = 100;

/**
 * Takes words; returns their letters and digits in lower case, by which reasons are compared and remembered: `INC-4881`
 * and `inc 4881` say the same.
 */
export function plainWords(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/**
 * Takes what somebody wrote for others to read; returns it trimmed, or why it says nothing or too much. Letters and digits
 * are counted, of any script: a row of dots is no reason.
 */
export function judgeWords(text: string): string | Refusal {
  const field = "reason";
  const words = text.trim();
  const letters = words.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters < WORDS_LENGTH.least) return refuse("reasonTooShort", { field, detail: String(WORDS_LENGTH.least) });
  const isLong = [...words].length > WORDS_LENGTH.most;
  return isLong ? refuse("reasonTooLong", { field, detail: String(WORDS_LENGTH.most) }) : words;
}

/** Takes the policy in force, a wish and how often its reason was given before; returns the reason to record, or why not. */
export function judgeReason(
  force: PolicyInForce,
  wish: Pick<Wish, "reason" | "ticket" | "profile">,
  said: number,
): string | Refusal {
  const field = "reason";
  const reason = judgeWords(wish.reason);
  if (isRefusal(reason)) return reason;
  const ticket = givenTicket(wish.ticket) ?? "";
  const left = plainWords(withoutTickets(force, reason));
  if (isMadeOf(left, [plainWords(ticket)])) return refuse("reasonIsTicket", { field });
  const names = [wish.profile, own(force.policy.profiles, wish.profile)?.words ?? ""];
  if (isMadeOf(left, [ticket, ...names].map(plainWords))) return refuse("reasonIsProfile", { field });
  return said >= MOST_REPEATED ? refuse("reasonRepeated", { field, detail: String(said) }) : reason;
}

/** The words of a reason that are no tickets. Word by word, the pattern reads no letter more than three times. */
function withoutTickets({ policy, conditions }: PolicyInForce, reason: string): string {
  if (policy.tickets === undefined) return reason;
  const isOne = (text: string) => text.length <= MOST_TICKET && conditions.matchesTicket(text);
  if (isOne(reason)) return "";
  const isTicket = (word: string) => isOne(word) || isOne(bareWord(word));
  return reason
    .split(/[\s,;]+/)
    .filter((word) => !isTicket(word))
    .join(" ");
}

/** `(INC-4881)` is the ticket too. */
function bareWord(word: string): string {
  return word.replace(/^[^\p{L}\p{M}\p{N}]+/u, "").replace(/[^\p{L}\p{M}\p{N}]+$/u, "");
}

/** Whether a text is nothing but the pieces, each as often as it may be and in any order; nothing at all is. */
function isMadeOf(text: string, pieces: readonly string[]): boolean {
  const reached = new Set([0]);
  for (const at of reached) {
    for (const piece of pieces) if (text.startsWith(piece, at)) reached.add(at + piece.length);
  }
  return reached.has(text.length);
}

/** Takes the policy in force, a ticket as written, and whether one is needed; returns the ticket to record, or why not. */
export function judgeTicket(
  { policy, conditions }: PolicyInForce,
  written: string | null,
  needed: boolean,
): { readonly ticket: string | null } | Refusal {
  const field = "ticket";
  const ticket = givenTicket(written);
  const example = policy.tickets === undefined ? {} : { detail: policy.tickets.example };
  if (ticket === null) return needed ? refuse("ticketNeeded", { field, ...example }) : { ticket };
  const isShort = ticket.length <= MOST_TICKET;
  const isOne = isShort && (policy.tickets === undefined || conditions.matchesTicket(ticket));
  return isOne ? { ticket } : refuse("ticketShape", { field, ...example });
}

function givenTicket(written: string | null): string | null {
  const ticket = written?.trim() ?? "";
  return ticket === "" ? null : ticket;
}
