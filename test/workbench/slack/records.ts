import type { Feed } from "./feed.ts";

/** One Web API call as it came in and was answered. */
export interface Call {
  n: number;
  at: number;
  method: string;
  body: Record<string, unknown>;
  status: number;
  answer: Record<string, unknown> | null;
  ms: number;
}

/** Something the app did that Slack would let pass or answer coldly, and a good app never does. */
export interface Slip {
  rule: string;
  where: string;
  detail: string;
}

/** What a person was told outside any message: Slack's own errors and warnings. */
export interface Toast {
  n: number;
  user: string;
  text: string;
}

/** One delivery to the app and how it was answered. */
export interface Delivery {
  at: number;
  kind: string;
  what: string;
  user?: string | undefined;
  acked: boolean;
  reason?: string | undefined;
  ms: number;
}

/** Everything the app sent and everything that went wrong, for oracles. */
export class Records {
  readonly calls: Call[] = [];
  readonly slips: Slip[] = [];
  readonly toasts: Toast[] = [];
  readonly deliveries: Delivery[] = [];
  /** What people typed, for the check that it never comes back unescaped. */
  readonly typed = new Set<string>();
  #feed: Feed;

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  call(call: Omit<Call, "n">): void {
    this.calls.push({ n: this.calls.length + 1, ...call });
    this.#feed.tell({ kind: "call", detail: call.method });
  }

  slip(rule: string, where: string, detail: string): void {
    this.slips.push({ rule, where, detail });
  }

  toast(user: string, text: string): void {
    this.toasts.push({ n: this.toasts.length + 1, user, text });
    this.#feed.tell({ kind: "toast", user, detail: text });
  }
}
