import type { Clock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { World } from "./world.ts";

/** Calls a minute of each tier (docs.slack.dev, rate limits). */
const perMinute = { T2: 20, T3: 50, T4: 100 } as const;

const tiers: Record<string, keyof typeof perMinute> = {
  "users.list": "T2",
  "usergroups.list": "T2",
  "usergroups.users.list": "T2",
  "conversations.list": "T2",
  "chat.update": "T3",
  "chat.delete": "T3",
  "conversations.open": "T3",
  "conversations.info": "T3",
  "users.lookupByEmail": "T3",
  "reactions.add": "T3",
  "apps.connections.open": "T3",
  "views.open": "T4",
  "views.push": "T4",
  "views.update": "T4",
  "views.publish": "T4",
  "users.info": "T4",
  "conversations.members": "T4",
  "chat.postEphemeral": "T4",
};

/** Slack's rate limits: tiers per method and minute, one message a second per channel. */
export class RateLimits {
  #calls = new Map<string, number[]>();
  #buckets = new Map<string, { tokens: number; at: number }>();
  #clock: Clock;
  #faults: Faults;
  #limits: World["limits"];

  constructor(clock: Clock, faults: Faults, limits: World["limits"]) {
    this.#clock = clock;
    this.#faults = faults;
    this.#limits = limits;
  }

  /** Counts a call; a number says it is one too many and after how many seconds to try again. */
  count(method: string, channel: string | undefined): number | undefined {
    if (method === "chat.postMessage" && channel !== undefined) return this.#countMessage(channel);
    const tier = tiers[method];
    if (!tier) return undefined;
    const most = perMinute[tier] * (this.#faults.strictRate ? 1 : this.#limits.tierFactor);
    const now = this.#clock.now();
    const recent = (this.#calls.get(method) ?? []).filter((at) => now - at < 60_000);
    this.#calls.set(method, recent);
    const oldest = recent[0];
    if (oldest !== undefined && recent.length >= most) return Math.max(1, Math.ceil((oldest + 60_000 - now) / 1000));
    recent.push(now);
    return undefined;
  }

  #countMessage(channel: string): number | undefined {
    const burst = this.#faults.strictRate ? 1 : this.#limits.messageBurst;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(channel) ?? { tokens: burst, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * this.#limits.messagesPerSecond;
    const tokens = Math.min(burst, refilled);
    const allowed = tokens >= 1;
    this.#buckets.set(channel, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed ? undefined : Math.max(1, Math.ceil((1 - tokens) / this.#limits.messagesPerSecond));
  }
}
