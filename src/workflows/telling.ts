import type { DeliveryAnswer, DeliveryRequest } from "./delivery-ports.ts";
import type { Telling } from "./ports.ts";

/** What came of telling one thing: done, not now (try again after so many ms), or never (and why). */
export type Told =
  | { readonly told: true }
  | { readonly told: false; readonly retryAfterMs: number }
  | { readonly told: false; readonly never: string };

/** Says one thing in Slack. Slack's troubles are values; a throw is a fault of ours, and is retried too. */
export interface Notifier {
  tell(telling: Telling): Promise<Told>;
}

/** Where a Slack message stands; both are strings to Slack, `ts` above all. */
export interface Place {
  readonly channel: string;
  readonly ts: string;
}

/** Where a Slack message stands, by a name of ours, so that a card is edited and not posted twice. */
export interface Cards {
  find(card: string): Promise<Place | null>;
  /** Returns where it stands: the place that was kept first holds until it is forgotten, and the other is one too many. */
  keep(card: string, place: Place): Promise<Place>;
  forget(card: string): Promise<void>;
}

/** The bot's side of a sealed delivery. */
export interface DeliveryCounter {
  ask(request: DeliveryRequest): Promise<void>;
  /** Waits for the worker's answer; null when none came within `timeoutMs`. */
  answer(id: string, timeoutMs: number): Promise<DeliveryAnswer | null>;
  /** Says that delivery `n` of this click is before the grantee; unsaid, the worker ends that delivery. */
  received(id: string, n: number): Promise<void>;
}
