import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";

/** Slack: five uses within thirty minutes. */
const uses = 5;
const lifeMs = 30 * 60_000;

/** What a response_url belongs to: the channel and person, and the message that held the button. */
export interface ResponseTarget {
  user: string;
  channel: string;
  messageTs?: string | undefined;
}

export class ResponseUrls {
  #urls = new Map<string, { target: ResponseTarget; bornAt: number; used: number }>();
  #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A path on the double's own address. */
  issue(target: ResponseTarget): string {
    const id = randomBytes(18).toString("base64url");
    this.#urls.set(id, { target, bornAt: this.#clock.now(), used: 0 });
    return `/response/${id}`;
  }

  /** Counts one use; a string says why there is none left, as Slack's answer does. */
  use(id: string): ResponseTarget | "used_url" | "expired_url" | "unknown_url" {
    const entry = this.#urls.get(id);
    if (!entry) return "unknown_url";
    if (this.#clock.now() - entry.bornAt > lifeMs) return "expired_url";
    if (entry.used >= uses) return "used_url";
    entry.used += 1;
    return entry.target;
  }
}
