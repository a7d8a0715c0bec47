import type { Call } from "../gate.ts";
import type { Sent } from "./server.ts";

/** The socket broke, as Node says it. The line alone sees it, and sends again what was not answered. */
export class SocketBroken extends Error {
  readonly code = "ECONNRESET";

  constructor() {
    super("read ECONNRESET");
  }
}

/** What was sent, or waits to be, until it is answered. */
export interface Pending {
  readonly sent: Sent;
  /** When it was given to the line, by `performance.now()`. */
  readonly at: number;
  /** Whoever waited was told that it takes too long; it itself is still out there. */
  isLate: boolean;
  /** Of its last sending; null where it was not sent yet. */
  turn: Turn | null;
  resolve(answer: unknown): void;
  reject(cause: unknown): void;
}

/** One sending of a command, which takes its turn at the server: Redis serves each line in order. */
export interface Turn {
  isOver: boolean;
  /** Lets the one behind it go on. */
  goOn: (() => void) | null;
}

/** Takes a turn; resolves when it is over. Only the one behind it asks. */
export function untilOver(turn: Turn): Promise<void> {
  return new Promise((resolve) => {
    turn.goOn = resolve;
  });
}

/** Ends a turn. */
export function endTurn(turn: Turn): void {
  turn.isOver = true;
  turn.goOn?.();
}

/** A command as the gate sees it; its words are made only where somebody reads them. */
export class RedisCall implements Call {
  readonly to = "redis";
  readonly #sent: Sent;

  constructor(sent: Sent) {
    this.#sent = sent;
  }

  /** Of the command or the script. */
  get name(): string {
    return this.#sent.name;
  }

  get what(): string {
    return wordsOf(this.#sent);
  }

  /** Whether anything that is sent has this text in it. */
  mentions(text: string): boolean {
    const parts = "queued" in this.#sent ? this.#sent.queued : [this.#sent];
    return parts.some(({ args }) => args.some((argument) => argument.includes(text)));
  }

  broken(): Error {
    return new SocketBroken();
  }
}

/** Takes what is sent; returns a name and the keys it is about, without the tag that all keys begin with. */
function wordsOf(sent: Sent): string {
  if ("queued" in sent) return `multi ${sent.queued.map(wordsOf).join(", ")}`;
  if ("script" in sent) return [sent.name, ...sent.keys.map(withoutTag)].join(" ");
  const keys = sent.args.filter((argument) => argument.startsWith(TAGGED));
  return [sent.name, ...keys.map(withoutTag)].join(" ");
}

const TAGGED = "{daypass}:";

function withoutTag(key: string): string {
  return key.startsWith(TAGGED) ? key.slice(TAGGED.length) : key;
}
