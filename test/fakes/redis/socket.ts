import { AsyncLocalStorage } from "node:async_hooks";
import type { Session } from "./blocked.ts";
import { endTurn, type Pending, RedisCall, SocketBroken, type Turn, untilOver } from "./pending.ts";
import { Reconnecting, type ReconnectingParts } from "./reconnecting.ts";
import { isWaiting, type Sent } from "./server.ts";

export interface SocketParts extends Pick<ReconnectingParts, "server" | "gate" | "options"> {
  /** Hears of `ready`, `close` and `end`. */
  readonly emit: (event: string) => void;
}

/**
 * What is sent over a line, in order, until it is answered: over one socket after another, as ioredis sends it. What an
 * earlier socket still brings is no answer any more, but what reaches the server over it is done.
 */
export class Socket {
  readonly #parts: SocketParts;
  readonly #pending = new Set<Pending>();
  readonly #session: Session;
  readonly #reconnecting: Reconnecting;
  #status: "ready" | "reconnecting" | "end" = "ready";
  #isDead = false;
  #generation = 0;
  #last: Turn | null = null;
  #heardAt = 0;
  /** Its own process' clock, whoever asks: an answer may be brought by the server, which is no part of that process. */
  readonly #now = AsyncLocalStorage.bind(() => performance.now());
  #watch: NodeJS.Timeout | undefined;
  #watchAt = Number.POSITIVE_INFINITY;

  constructor(parts: SocketParts) {
    this.#parts = parts;
    this.#session = { writtenTo: 0, hangUp: () => this.break() };
    this.#reconnecting = new Reconnecting({
      ...parts,
      connected: () => this.#begin(),
      giveUp: (cause) => this.#giveUp(cause),
    });
    if (parts.server.isUp) parts.server.sessions.add(this.#session);
    else this.break();
  }

  get status(): string {
    return this.#status;
  }

  /** Resolves with the answer; rejects with the errors that ioredis has for it. */
  send(sent: Sent): Promise<unknown> {
    if (this.#isDead) return new Promise(() => undefined);
    if (this.#status === "end") return Promise.reject(new Error("Connection is closed."));
    if (this.#status !== "ready" && this.#parts.options.enableOfflineQueue === false) {
      return Promise.reject(new Error("Stream isn't writeable and enableOfflineQueue options is false"));
    }
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const pending: Pending = { sent, at: performance.now(), isLate: false, turn: null, resolve, reject };
    this.#pending.add(pending);
    const { commandTimeout = Number.POSITIVE_INFINITY, socketTimeout } = this.#parts.options;
    if (pending.at + Math.min(commandTimeout, socketTimeout) < this.#watchAt) this.#look();
    if (this.#status === "ready") this.#transmit(pending);
    return promise;
  }

  /** It breaks and is made anew; what was not answered is sent again. */
  break(): void {
    if (this.#status !== "ready") return;
    this.#leave("reconnecting");
    this.#parts.emit("close");
    this.#reconnecting.begin();
  }

  /** It is closed for good. */
  end(): void {
    if (this.#status === "end") return;
    this.#leave("end");
    this.#giveUp(new Error("Connection is closed."));
    this.#parts.emit("end");
  }

  /** Its process is dead: nothing more is sent, and nothing that was sent is ever answered. */
  kill(): void {
    this.#isDead = true;
    this.#leave("end");
    this.#pending.clear();
  }

  #begin(): void {
    this.#status = "ready";
    this.#parts.server.sessions.add(this.#session);
    this.#parts.emit("ready");
    for (const pending of this.#pending) this.#transmit(pending);
  }

  #leave(status: "reconnecting" | "end"): void {
    const { server } = this.#parts;
    this.#status = status;
    this.#generation += 1;
    this.#last = null;
    for (const { turn } of this.#pending) if (turn !== null) endTurn(turn);
    this.#session.writtenTo = 0;
    server.sessions.delete(this.#session);
    server.blocked.forget(this.#session);
    if (status === "reconnecting") return;
    this.#reconnecting.stop();
    clearTimeout(this.#watch);
  }

  #giveUp(cause: Error): void {
    for (const pending of this.#pending) pending.reject(cause);
    this.#pending.clear();
  }

  #transmit(pending: Pending): void {
    const generation = this.#generation;
    const before = this.#last;
    const turn: Turn = { isOver: false, goOn: null };
    this.#last = turn;
    pending.turn = turn;
    const { lives } = this.#parts.server;
    const reach = () =>
      generation === this.#generation ? this.#reach(pending.sent, turn) : this.#reachLate(pending.sent, lives);
    const effect = () => (before === null || before.isOver ? reach() : untilOver(before).then(reach));
    this.#parts.gate(new RedisCall(pending.sent), effect).then(
      (answer) => {
        if (this.#hears(pending, generation)) pending.resolve(answer);
      },
      (cause) => {
        endTurn(turn);
        if (cause instanceof SocketBroken) {
          if (generation === this.#generation) this.break();
        } else if (this.#hears(pending, generation)) pending.reject(cause);
      },
    );
  }

  /** Whether an answer still comes over the socket that the question went over. */
  #hears(pending: Pending, generation: number): boolean {
    if (generation !== this.#generation) return false;
    this.#heardAt = this.#now();
    this.#pending.delete(pending);
    return true;
  }

  #reach(sent: Sent, turn: Turn): unknown {
    const reply = this.#parts.server.perform(this.#session, sent);
    if (reply instanceof Promise) return reply.finally(() => endTurn(turn));
    endTurn(turn);
    return reply;
  }

  /** Its socket is gone; what is still under way arrives all the same, but at no other server, and nobody waits there. */
  #reachLate(sent: Sent, lives: number): unknown {
    const { server } = this.#parts;
    if (!server.isUp || server.lives !== lives || isWaiting(sent)) throw new SocketBroken();
    return server.perform({ writtenTo: 0, hangUp: () => undefined }, sent);
  }

  /**
   * Tells who waits too long so, breaks a socket that is silent for too long, and looks again when either may be next.
   * ioredis has a timer for each command; one for all of a line tells the same.
   */
  #look(): void {
    const { commandTimeout = Number.POSITIVE_INFINITY, socketTimeout } = this.#parts.options;
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    let oldest = Number.POSITIVE_INFINITY;
    for (const pending of this.#pending) {
      oldest = Math.min(oldest, pending.at);
      if (pending.isLate) continue;
      if (pending.at + commandTimeout <= now) {
        pending.isLate = true;
        pending.reject(new Error("Command timed out"));
      } else next = Math.min(next, pending.at + commandTimeout);
    }
    const silentSince = Math.max(oldest, this.#heardAt);
    if (this.#status === "ready") {
      if (silentSince + socketTimeout <= now) this.break();
      else next = Math.min(next, silentSince + socketTimeout);
    }
    clearTimeout(this.#watch);
    this.#watchAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#watch = setTimeout(() => this.#look(), Math.ceil(next - now));
    this.#watch.unref?.();
  }
}
