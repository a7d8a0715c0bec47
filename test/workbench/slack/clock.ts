/** The double's clock for what expires (triggers, response URLs, rate limits): real time plus what a test advanced. */
export class Clock {
  #ahead = 0;
  #lastTs = 0;

  /** Epoch milliseconds. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }

  /** A message timestamp as Slack writes it (`seconds.micros`), each greater than the one before. */
  nextTs(): string {
    const micros = Math.max(Date.now() * 1000, this.#lastTs + 1);
    this.#lastTs = micros;
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
  }
}
