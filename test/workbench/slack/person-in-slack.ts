import type { Outcome } from "./acts/outcome.ts";
import type { Seen, SeenChannel, SeenMessage, SeenView } from "./acts/see.ts";
import type { Values } from "./acts/submit-view.ts";
import type { ControlClient } from "./control-client.ts";
import type { Plain } from "./state-values.ts";

/** How long the wait for anything lasts unless told otherwise. */
const patienceMs = 10_000;

/** A message or a view in which something can be pressed. */
export type Where = Pick<SeenMessage, "channel" | "ts"> | Pick<SeenView, "id">;

type Fits<Seen> = (seen: Seen) => boolean;

export interface PressOptions {
  /** Needed where several blocks use the same action id. */
  blockId?: string;
  /** What is chosen or typed, for everything but a button. */
  value?: Plain;
  /** Press what an earlier version of the message showed. */
  stale?: boolean;
}

/** One person using Slack's client: what they do, what they see, and what they wait for. */
export class PersonInSlack {
  readonly id: string;
  #client: ControlClient;

  constructor(id: string, client: ControlClient) {
    this.id = id;
    this.#client = client;
  }

  #act<Answer>(name: string, body: unknown): Promise<Answer> {
    return this.#client.post<Answer>(`as/${this.id}/${name}`, body);
  }

  sees(): Promise<Seen> {
    return this.#client.get<Seen>(`as/${this.id}/sees`);
  }

  /** Types a slash command into a channel. */
  command(channel: string, command: string, text = ""): Promise<Outcome> {
    return this.#act("command", { channel, command, text });
  }

  /** Presses a button, or chooses `value` in a menu. A confirm dialog is answered with yes and told in the outcome. */
  press(where: Where, actionId: string, options: PressOptions = {}): Promise<Outcome> {
    const place = "id" in where ? { view: where.id } : { channel: where.channel, ts: where.ts };
    return this.#act("press", { ...place, actionId, ...options });
  }

  /** What an external select offers for what was typed. */
  suggest(where: Where, actionId: string, query = ""): Promise<Outcome> {
    const place = "id" in where ? { view: where.id } : { channel: where.channel, ts: where.ts };
    return this.#act("suggest", { ...place, actionId, query });
  }

  /** Enters values into the modal on top without submitting it. */
  fill(values: Values): Promise<Outcome> {
    return this.#act("fill", { values });
  }

  /** Enters values, by block id, into the modal on top and submits it. */
  submit(values: Values = {}, viewId?: string): Promise<Outcome> {
    return this.#act("submit", { values, view: viewId });
  }

  /** Closes the modal on top, or all of them. */
  close(all = false): Promise<Outcome> {
    return this.#act("close", { all });
  }

  openHome(): Promise<Outcome> {
    return this.#act("open-home", {});
  }

  /** Writes an ordinary message. */
  say(channel: string, text: string): Promise<{ channel: string; ts: string }> {
    return this.#act("say", { channel, text });
  }

  /** Reloads the client: ephemerals are gone. */
  reload(): Promise<Seen> {
    return this.#act("reload", {});
  }

  /** The id of the direct message with the app. */
  async dm(): Promise<string> {
    return (await this.#act<{ channel: string }>("open-dm", {})).channel;
  }

  async channel(id: string): Promise<SeenChannel> {
    const found = (await this.sees()).channels.find((channel) => channel.id === id);
    if (!found) throw new Error(`${this.id} is not in ${id}`);
    return found;
  }

  /** Messages seen in a channel, ephemerals included, oldest first. */
  async messages(channel: string): Promise<SeenMessage[]> {
    const path = `as/${this.id}/messages?channel=${channel}`;
    return (await this.#client.get<{ messages: SeenMessage[] }>(path)).messages;
  }

  async ephemerals(channel: string): Promise<SeenMessage[]> {
    return (await this.messages(channel)).filter((message) => message.ephemeral);
  }

  /** The modal on top, if one is open. */
  async view(): Promise<SeenView | undefined> {
    return (await this.sees()).views.at(-1);
  }

  async home(): Promise<SeenView | null> {
    return (await this.sees()).home;
  }

  /** Waits for a message that fits; one that is already there counts. */
  waitForMessage(channel: string, fits: Fits<SeenMessage> = () => true, timeoutMs = patienceMs): Promise<SeenMessage> {
    return this.#waitIn(channel, (message) => !message.ephemeral && fits(message), timeoutMs);
  }

  /** Waits for a message that only this person sees. */
  waitForEphemeral(
    channel: string,
    fits: Fits<SeenMessage> = () => true,
    timeoutMs = patienceMs,
  ): Promise<SeenMessage> {
    return this.#waitIn(channel, (message) => message.ephemeral && fits(message), timeoutMs);
  }

  /** Waits until the modal on top fits. */
  waitForView(fits: Fits<SeenView> = () => true, timeoutMs = patienceMs): Promise<SeenView> {
    return this.#waitFor("view", (seen) => seen.views.at(-1), fits, timeoutMs);
  }

  /** Waits until what the app put on App Home fits. */
  waitForHome(fits: Fits<SeenView> = () => true, timeoutMs = patienceMs): Promise<SeenView> {
    return this.#waitFor("home", (seen) => seen.home ?? undefined, fits, timeoutMs);
  }

  #waitIn(channel: string, fits: Fits<SeenMessage>, timeoutMs: number): Promise<SeenMessage> {
    return this.#client.search({
      find: async (since) => {
        const path = `as/${this.id}/messages?channel=${channel}&since=${since}`;
        const { n, messages } = await this.#client.get<{ n: number; messages: SeenMessage[] }>(path);
        return { n, found: messages.findLast(fits) };
      },
      kinds: ["message", "message-changed", "ephemeral"],
      timeoutMs,
      inVain: () => this.#told(`a message in ${channel}`, channel),
    });
  }

  #waitFor(
    kind: "view" | "home",
    pick: (seen: Seen) => SeenView | undefined,
    fits: Fits<SeenView>,
    timeoutMs: number,
  ): Promise<SeenView> {
    return this.#client.search({
      find: async () => {
        const seen = await this.sees();
        const view = pick(seen);
        return { n: seen.n, found: view && fits(view) ? view : undefined };
      },
      kinds: [kind],
      timeoutMs,
      inVain: () => this.#told(`a ${kind}`),
    });
  }

  async #told(what: string, channel?: string): Promise<string> {
    const seen = await this.sees();
    const messages = seen.channels.find((one) => one.id === channel)?.messages ?? [];
    const texts = messages.slice(-5).map((message) => message.text);
    const views = seen.views.map((view) => `${view.title.text} (${view.callback_id})`);
    const toasts = seen.toasts.map((toast) => toast.text);
    return `${this.id} waited in vain for ${what}; sees ${JSON.stringify({ texts, views, toasts })}`;
  }
}
