/** What people read: messages in memory, and what is asked of Slack to get them there. */
import type { WebClient } from "@slack/web-api";
import type { Grant } from "../../../src/workflows/grant.ts";
import type { Gate } from "../../fakes/gate.ts";

/** What a message says, for the oracle: the kind of telling, what it is about, and the states that it shows. */
export interface Said {
  readonly name: string;
  readonly kind: string;
  readonly request: string | null;
  readonly grant: string | null;
  /** The state of each grant as the message shows it. */
  readonly states: Readonly<Record<string, Grant["state"]>>;
}

export interface Posted {
  readonly ts: string;
  readonly channel: string;
  said: Said;
}

export interface Slack {
  readonly posted: ReadonlyMap<string, Posted>;
  /** Returns a client of which every call passes the gate. */
  connect(gate: Gate): WebClient;
}

/** Takes who hears of every message that is posted or edited; returns a Slack in which nothing was said. */
export function createSlack(heard: (said: Said, isNew: boolean) => void): Slack {
  const posted = new Map<string, Posted>();
  let last = 0;
  const broken = () => new Error("socket hang up");
  return {
    posted,
    connect: (gate) => {
      const post = ({ channel, text }: { channel: string; text: string }) => {
        const said: Said = JSON.parse(text);
        return gate({ to: "slack", what: `post ${said.name}`, broken }, () => {
          const ts = String(++last);
          posted.set(ts, { ts, channel, said });
          heard(said, true);
          return { channel, ts };
        });
      };
      const update = ({ ts, text }: { ts: string; text: string }) => {
        const said: Said = JSON.parse(text);
        return gate({ to: "slack", what: `edit ${said.name}`, broken }, () => {
          const message = posted.get(ts);
          if (message !== undefined) message.said = said;
          heard(said, false);
        });
      };
      const remove = ({ ts }: { ts: string }) =>
        gate({ to: "slack", what: `delete ${ts}`, broken }, () => void posted.delete(ts));
      const client = { chat: { postMessage: post, update, delete: remove } };
      return client as object as WebClient;
    },
  };
}
