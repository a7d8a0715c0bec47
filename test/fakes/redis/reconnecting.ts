import type { Gate } from "../gate.ts";
import { SocketBroken } from "./pending.ts";
import type { Server } from "./server.ts";

/** What of ioredis' options makes a difference to a line: see src/jobs/redis.ts. */
export interface LineOptions {
  readonly enableOfflineQueue?: boolean;
  readonly commandTimeout?: number;
  readonly socketTimeout: number;
  readonly connectTimeout: number;
  readonly maxRetriesPerRequest: number | null;
  readonly retryStrategy: (attempt: number) => number;
}

export interface ReconnectingParts {
  readonly server: Server;
  readonly gate: Gate;
  readonly options: LineOptions;
  readonly connected: () => void;
  /** What was not answered is given up: it has been tried as often as the options allow. */
  readonly giveUp: (cause: Error) => void;
}

/** Makes a line's socket anew, again and again, with ioredis' own waits between the tries. */
export class Reconnecting {
  readonly #parts: ReconnectingParts;
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;

  constructor(parts: ReconnectingParts) {
    this.#parts = parts;
  }

  /** A socket is gone, or could not be had. */
  begin(): void {
    this.#isRunning = true;
    this.#attempts += 1;
    const { maxRetriesPerRequest: most, retryStrategy } = this.#parts.options;
    this.#timer = setTimeout(() => this.#connect(), retryStrategy(this.#attempts));
    if (most !== null && this.#attempts % (most + 1) === 0) this.#parts.giveUp(tooManyRetries(most));
  }

  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
  }

  #connect(): void {
    const { server, gate, options } = this.#parts;
    const attempt = this.#attempts;
    const isOver = () => !this.#isRunning || attempt !== this.#attempts;
    const failed = () => void (isOver() || this.begin());
    this.#timer = setTimeout(failed, options.connectTimeout);
    const call = { to: "redis", what: "connect", broken: () => new SocketBroken() };
    const reach = () => {
      if (!server.isUp || server.isPaused || server.refusal === "LOADING") throw new SocketBroken();
    };
    gate(call, reach).then(() => {
      if (isOver()) return;
      this.stop();
      this.#attempts = 0;
      this.#parts.connected();
    }, failed);
  }
}

function tooManyRetries(most: number): Error {
  const words = `Reached the max retries per request limit (which is ${most}). Refer to "maxRetriesPerRequest" option for details.`;
  return Object.assign(new Error(words), { name: "MaxRetriesPerRequestError" });
}
