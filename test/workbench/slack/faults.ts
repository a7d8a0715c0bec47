import { z } from "zod";

/**
 * Trouble on order for the Web API. `method` is a method's name or `*`; `channel` and `user` narrow it to calls about that
 * one; `times` is how often it strikes (default once).
 * - `error`: Slack answers with this error (invalid_auth, channel_not_found, is_archived, edit_window_closed, …)
 * - `rate-limit`: 429 with Retry-After
 * - `after-commit`: the call takes effect, the client sees the status (default 503)
 * - `http`: the call takes no effect, the client sees the status
 * - `reset`: the connection is cut; with `commit` after the call took effect
 * - `latency`: the answer is late by `ms`
 * - `strict-rate`: no burst and no plus: exactly 1 message a second a channel, tiers at their number
 */
export const fault = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("error"), ...target(), error: z.string() }),
  z.strictObject({ kind: z.literal("rate-limit"), ...target(), retryAfterSeconds: z.int().min(0).default(1) }),
  z.strictObject({ kind: z.literal("after-commit"), ...target(), status: z.int().default(503) }),
  z.strictObject({ kind: z.literal("http"), ...target(), status: z.int().default(503) }),
  z.strictObject({ kind: z.literal("reset"), ...target(), commit: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("latency"), ...target(), ms: z.number().positive() }),
  z.strictObject({ kind: z.literal("strict-rate"), ...target() }),
]);
export type Fault = z.infer<typeof fault>;
export type FaultInput = z.input<typeof fault>;

function target() {
  return {
    method: z.string().default("*"),
    channel: z.string().optional(),
    user: z.string().optional(),
    times: z.int().min(1).default(1),
  };
}

/** What a call is about, where it names that. */
interface About {
  readonly channel: string | undefined;
  readonly user: string | undefined;
}

/** The faults on order; each strikes the calls it names until its times are used up. */
export class Faults {
  #faults: Fault[] = [];

  order(one: Fault): void {
    this.#faults.push(one);
  }

  clear(): void {
    this.#faults = [];
  }

  /** Takes the next fault for this call, if there is one. */
  strike(method: string, { channel, user }: About): Fault | undefined {
    const found = this.#faults.find(
      (one) =>
        one.kind !== "strict-rate" &&
        (one.method === "*" || one.method === method) &&
        (one.channel === undefined || one.channel === channel) &&
        (one.user === undefined || one.user === user),
    );
    if (!found) return undefined;
    found.times -= 1;
    if (found.times === 0) this.#faults = this.#faults.filter((one) => one !== found);
    return found;
  }

  get strictRate(): boolean {
    return this.#faults.some((one) => one.kind === "strict-rate");
  }
}
