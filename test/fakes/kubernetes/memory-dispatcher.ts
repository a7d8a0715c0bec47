import { ApiException } from "@kubernetes/client-node";
import type { Dispatcher } from "undici";
import type { Gate } from "../gate.ts";
import { type Asked, lineOf, listPage, readAsked } from "./lists-and-watches.ts";
import type { ObjectStore } from "./object-store.ts";
import { expired, tooMany } from "./refusals.ts";
import { keyOf } from "./stored-object.ts";

/** What undici asks of a connection that is none: every GET is answered from what is stored. */
export interface MemoryDispatcher {
  readonly dispatcher: Dispatcher;
  /** Breaks the watches that are open, and what waits for its first answer. */
  breakAll(): void;
  /** Lets go of all that is open: whoever asked is dead. */
  forget(): void;
}

interface DispatcherParts {
  readonly id: string;
  readonly store: ObjectStore;
  readonly gate: Gate;
  pageSize(): number;
}

const throttled = () => tooMany(1);

/** A line that broke, as undici itself tells of it. */
export function brokenSocket(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}

/**
 * Takes what is stored, what every call passes, and how much a page holds; returns how lists and watches travel. Each
 * page, each opening of a watch and each line of one is a call of its own to the gate: a line that comes late holds up
 * those after it, one that never comes makes the watch silent, and one whose line breaks breaks the watch.
 */
export function createMemoryDispatcher(parts: DispatcherParts): MemoryDispatcher {
  const open = new Set<Exchange>();
  function dispatch({ path, headers }: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const asked = readAsked(path, String((headers as Record<string, string>).accept));
    const exchange = new Exchange(handler);
    open.add(exchange);
    handler.onRequestStart?.(exchange.controller, {});
    void answer(parts, asked, exchange).finally(() => {
      open.delete(exchange);
      exchange.forget();
    });
    return true;
  }
  return {
    dispatcher: { dispatch } as object as Dispatcher,
    breakAll() {
      for (const { controller } of open) controller.abort(brokenSocket());
    },
    forget() {
      for (const exchange of open) exchange.forget();
      open.clear();
    },
  };
}

/** One GET and its answer. */
class Exchange {
  readonly controller: Dispatcher.DispatchController & { aborted: boolean; reason: Error | null };
  /** Resolves when somebody gave it up. */
  readonly aborted: Promise<void>;
  readonly #handler: Dispatcher.DispatchHandler;
  #giveUp: () => void;
  readonly #link: { exchange: Exchange | null };

  constructor(handler: Dispatcher.DispatchHandler) {
    const { promise, resolve } = Promise.withResolvers<void>();
    [this.#handler, this.aborted, this.#giveUp] = [handler, promise, resolve];
    const link = { exchange: this as Exchange | null };
    this.#link = link;
    this.controller = {
      ...{ aborted: false, reason: null, paused: false, pause() {}, resume() {} },
      abort: (error) => link.exchange?.abort(error),
    };
  }

  abort(error: Error): void {
    if (this.controller.aborted) return;
    Object.assign(this.controller, { aborted: true, reason: error });
    this.#giveUp();
    this.#handler.onResponseError?.(this.controller, error);
  }

  begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.#handler.onResponseStart?.(this.controller, status, headers);
  }

  say(text: string): void {
    this.#handler.onResponseData?.(this.controller, Buffer.from(text));
  }

  end(): void {
    this.#handler.onResponseEnd?.(this.controller, {});
  }

  /** Nobody can give it up any more: undici keeps the controller for long, and must not keep all else by it. */
  forget(): void {
    this.#link.exchange = null;
  }
}

async function answer(parts: DispatcherParts, asked: Asked, exchange: Exchange): Promise<void> {
  const { controller } = exchange;
  try {
    if (asked.query.get("watch") === "true") await watch(parts, asked, exchange);
    else await list(parts, asked, exchange);
  } catch (error) {
    if (controller.aborted) return;
    if (!(error instanceof ApiException)) return exchange.abort(error as Error);
    exchange.begin(error.code, error.headers);
    exchange.say(typeof error.body === "string" ? error.body : "");
    exchange.end();
  }
}

async function list({ id, store, gate, pageSize }: DispatcherParts, asked: Asked, exchange: Exchange): Promise<void> {
  const call = { to: id, what: `LIST ${asked.plural}`, broken: brokenSocket, throttled };
  const text = await gate(call, () => listPage(store, asked, pageSize()));
  if (exchange.controller.aborted) return;
  exchange.begin(200, {});
  exchange.say(text);
  exchange.end();
}

async function watch({ id, store, gate }: DispatcherParts, asked: Asked, exchange: Exchange): Promise<void> {
  const { controller, aborted } = exchange;
  const [{ plural, query }, line] = [asked, lineOf(asked)];
  let told = Number(query.get("resourceVersion"));
  await gate({ to: id, what: `WATCH ${plural}`, broken: brokenSocket, throttled }, () => {
    if (told < store.history.oldest) throw expired();
  });
  if (!controller.aborted) exchange.begin(200, {});
  while (!controller.aborted) {
    const change = store.history.after(told);
    if (change === undefined) {
      await Promise.race([store.history.nextChange(plural), aborted]);
      continue;
    }
    told = change.version;
    const text = line(change);
    if (text === null) continue;
    const what = `EVENT ${plural} ${change.type} ${keyOf(change.object.metadata)}`;
    await gate({ to: id, what, broken: brokenSocket }, () => {
      if (!controller.aborted) exchange.say(text);
    });
  }
}
