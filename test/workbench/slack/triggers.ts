import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";
import { SlackError } from "./slack-error.ts";

/** Slack: a trigger is good for 3 seconds and one use. */
const lifeMs = 3000;

interface Trigger {
  user: string;
  bornAt: number;
  used: boolean;
  /** The view it came from, when it came from one. */
  fromView?: string | undefined;
}

/** The trigger_ids handed out with interactions. */
export class Triggers {
  #triggers = new Map<string, Trigger>();
  #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(user: string, fromView?: string): string {
    const now = this.#clock.now();
    const id = `${now}.${Math.floor(now / 1000)}.${randomBytes(16).toString("hex")}`;
    this.#triggers.set(id, { user, bornAt: now, used: false, fromView });
    return id;
  }

  /** Uses a trigger up and says whose it was; throws Slack's errors for one that is unknown, used or old. */
  exchange(id: string): Trigger {
    const trigger = this.#triggers.get(id);
    if (!trigger) throw new SlackError("invalid_trigger_id");
    if (trigger.used) throw new SlackError("exchanged_trigger_id");
    if (this.#clock.now() - trigger.bornAt > lifeMs) throw new SlackError("expired_trigger_id");
    trigger.used = true;
    return trigger;
  }
}
