/** Handing over a credential, as the worker's side and the bot's side see it. */
import type { Millis, PersonId } from "./person.ts";
import type { DeliveryCheck, SealingKey } from "./ports.ts";

/** A grantee's click on Get kubeconfig, as the bot wrote it down. */
export interface DeliveryRequest {
  readonly id: string;
  readonly grant: string;
  readonly person: PersonId;
  readonly key: SealingKey;
  readonly at: Millis;
}

/**
 * In milliseconds: longer than all of the bot's patience from the click on, since a check must not end what is being shown.
 * That is 20.5 s for the worker's answer, two tries of 8 s each to show it, and the rest, 8.5 s, to say that it is shown
 * (src/bot/get-kubeconfig.ts, src/bot/slack-client.ts).
 */
export const CHECK_AFTER_MS = 45_000;

/** The worker's side of handing over a credential. */
export interface DeliveryDesk {
  load(id: string): Promise<DeliveryRequest | null>;
  /** Leaves the answer for the bot, where it is gone in 30 s; what was asked is gone at once. */
  answer(id: string, answer: DeliveryAnswer): Promise<void>;
  /** Whether the bot said that the grantee has delivery `n`, which came of this click. */
  received(id: string, n: number): Promise<boolean>;
  /** Asks to be woken for the delivery check 45 s from now. */
  checkLater(check: DeliveryCheck): Promise<void>;
  /** Asks for it at once, where that wake is lost or late. Whoever asks twice is woken once, until it was made. */
  checkNow(check: DeliveryCheck): Promise<void>;
}

export type DeliveryAnswer =
  | { readonly sealed: string; readonly n: number; readonly end: Millis; readonly former: Millis | null }
  | { readonly refused: string };
