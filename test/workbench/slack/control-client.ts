import type { ChangeKind } from "./feed.ts";

/** What is looked for, and where it shows. */
export interface Search<Found> {
  /** Looks once, at what changed after the feed's number `since` or at everything; undefined when it is not there. */
  find(since: number): Promise<{ found: Found | undefined; n: number }>;
  /** The changes after which it is worth looking again. */
  kinds: readonly ChangeKind[];
  timeoutMs: number;
  /** Words for the error. */
  inVain(): Promise<string>;
}

/** Calls the double's control API. */
export class ControlClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#read<Answer>(fetch(`${this.url}/_/${path}`));
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#read<Answer>(fetch(`${this.url}/_/${path}`, { method: "POST", body: JSON.stringify(body) }));
  }

  /** Looks, and looks again at every change of these kinds, until it is found; rejects after `timeoutMs`. */
  async search<Found>({ find, kinds, timeoutMs, inVain }: Search<Found>): Promise<Found> {
    const deadline = Date.now() + timeoutMs;
    let since = 0;
    for (;;) {
      const { found, n } = await find(since);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(await inVain());
      await this.get(`wait?after=${n}&timeout=${Math.min(left, 20_000)}&kinds=${kinds.join(",")}`);
      since = n;
    }
  }

  async #read<Answer>(request: Promise<Response>): Promise<Answer> {
    const response = await request;
    const body: unknown = await response.json();
    if (response.ok) return body as Answer;
    const said = typeof body === "object" && body !== null && "error" in body ? String(body.error) : "unknown";
    throw new Error(`the double refused: ${said}`);
  }
}
