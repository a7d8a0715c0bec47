/** Reasons and tickets: whether they say something. */
import { own, type Policy } from "./policy.ts";
import type { PolicyInForce } from "./ports.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Wish } from "./wish.ts";

const REASON_LENGTH = { least: 10, most: 500 };
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

/** Takes the policy in force, a wish and how often its reason was given before; returns the reason to record, or why not. */
export function judgeReason(
  { policy, conditions }: PolicyInForce,
  wish: Pick<Wish, "reason" | "ticket" | "profile">,
  said: number,
): string | Refusal {
  const field = "reason";
  const reason = wish.reason.trim();
  const { length } = [...reason];
  if (length < REASON_LENGTH.least) return refuse("reasonTooShort", { field, detail: String(REASON_LENGTH.least) });
  if (length > REASON_LENGTH.most) return refuse("reasonTooLong", { field, detail: String(REASON_LENGTH.most) });
  const plain = plainWords(reason);
  const ticket = givenTicket(wish.ticket);
  if (ticket !== null && plain === plainWords(ticket)) return refuse("reasonIsTicket", { field });
  if (policy.tickets !== undefined && conditions.matchesTicket(reason)) return refuse("reasonIsTicket", { field });
  if (isProfile(policy, wish.profile, plain)) return refuse("reasonIsProfile", { field });
  return said >= MOST_REPEATED ? refuse("reasonRepeated", { field, detail: String(said) }) : reason;
}

function isProfile(policy: Policy, id: string, plain: string): boolean {
  const words = own(policy.profiles, id)?.words;
  return plain === plainWords(id) || (words !== undefined && plain === plainWords(words));
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
