/**
 * Signals as far as code here uses them. Node's own keep what listens to them until the next full collection, which for
 * that of a process that died is its whole world; make an error with its stack for each abort; and a tenth of a run went
 * into making them.
 */

/** Made once: a million runs make some hundred million of them. */
export const ABORTED = Object.assign(new Error("The operation was aborted"), { name: "AbortError", code: "ABORT_ERR" });

type Listener = (event: { readonly type: "abort" }) => void;

interface ListenOptions {
  readonly once?: boolean;
  /** Forgets the listener. */
  readonly signal?: LightSignal;
}

/** In place of `AbortSignal`. Only `abort` ever happens to it, and once. */
export class LightSignal {
  aborted = false;
  reason: unknown = undefined;
  onabort: Listener | null = null;
  #listeners: Listener[] = [];

  /** As `AbortSignal.any`. */
  static any(signals: readonly LightSignal[]): LightSignal {
    const either = new LightSignal();
    for (const signal of signals) {
      if (signal.aborted) either.abort(signal.reason);
      else signal.#listeners.push(() => either.abort(signal.reason));
    }
    return either;
  }

  /** As `AbortSignal.timeout`, in virtual time. */
  static timeout(ms: number): LightSignal {
    const signal = new LightSignal();
    setTimeout(() => signal.abort(ABORTED), ms);
    return signal;
  }

  /** As `addEventListener`: once is all there is, since it happens once. */
  addEventListener(_: "abort", listener: Listener, options?: ListenOptions): void {
    if (options?.signal?.aborted === true) return;
    this.#listeners.push(listener);
    options?.signal?.addEventListener("abort", () => this.removeEventListener("abort", listener));
  }

  /** As `removeEventListener`. */
  removeEventListener(_: "abort", listener: Listener): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }

  /** As `throwIfAborted`. */
  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** What its controller calls. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const [event, listeners] = [{ type: "abort" } as const, this.#listeners];
    this.#listeners = [];
    this.onabort?.(event);
    for (const listener of listeners) listener(event);
  }
}

/** In place of `AbortController`. */
export class LightController {
  readonly signal = new LightSignal();

  /** As `abort`. */
  abort(reason: unknown = ABORTED): void {
    this.signal.abort(reason);
  }
}
