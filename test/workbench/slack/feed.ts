/** What can change. */
export type ChangeKind =
  | "message"
  | "message-changed"
  | "message-deleted"
  | "ephemeral"
  | "view"
  | "home"
  | "toast"
  | "call"
  | "delivery"
  | "connection"
  | "channel"
  | "person"
  | "event";

/** One thing that changed, with its place in the order of all changes. */
export interface Change {
  n: number;
  kind: ChangeKind;
  channel?: string;
  user?: string;
  ts?: string;
  view?: string;
  detail?: string;
}

/** How many changes are kept for late readers; who is further behind reads the state itself. */
const kept = 10_000;

/** Every state change in order, so that a waiter wakes by event and never by sleeping. */
export class Feed {
  #n = 0;
  #changes: Change[] = [];
  #waiting = new Set<() => void>();

  get n(): number {
    return this.#n;
  }

  /** Tells everybody who waits; returns the change's number. */
  tell(change: Omit<Change, "n">): number {
    this.#n += 1;
    this.#changes.push({ n: this.#n, ...change });
    if (this.#changes.length > 2 * kept) this.#changes = this.#changes.slice(-kept);
    for (const wake of this.#waiting) wake();
    return this.#n;
  }

  after(n: number, kinds?: readonly string[]): Change[] {
    const newer: Change[] = [];
    for (let at = this.#changes.length - 1; at >= 0; at -= 1) {
      const change = this.#changes[at];
      if (!change || change.n <= n) break;
      if (!kinds || kinds.includes(change.kind)) newer.push(change);
    }
    return newer.reverse();
  }

  /** Resolves when something newer than `n`, of one of `kinds` if given, has happened, or after `timeoutMs`. */
  async wait(n: number, timeoutMs: number, kinds?: readonly string[]): Promise<void> {
    if (this.after(n, kinds).length > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    const look = () => {
      if (this.after(n, kinds).length > 0) resolve();
    };
    this.#waiting.add(look);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(look);
  }
}
