import type { Socket } from "node:net";

/** What comes back on one connection, which can be held for a while. */
export interface Replies {
  /** Takes a piece of what Redis says: passed on, or kept while it is held. */
  take(piece: Buffer): void;
  /** From now on all is kept. Resolves when Redis has answered a PING with this word, and so all that was sent before. */
  hold(word: string): Promise<void>;
  /** Passes on what was kept, but for the answer to that PING. */
  release(): void;
}

/** Takes the client's end of a connection; returns its replies. */
export function holdReplies(client: Socket): Replies {
  let held: { word: string; bytes: Buffer; seen: () => void } | null = null;
  return {
    take: (piece) => {
      if (held === null) {
        client.write(piece);
        return;
      }
      held.bytes = Buffer.concat([held.bytes, piece]);
      if (held.bytes.includes(held.word)) held.seen();
    },
    hold: (word) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = { word, bytes: Buffer.alloc(0), seen: resolve };
      return promise;
    },
    release: () => {
      if (held === null) return;
      const { word, bytes } = held;
      held = null;
      const answer = Buffer.from(`$${word.length}\r\n${word}\r\n`);
      const at = bytes.indexOf(answer);
      client.write(at < 0 ? bytes : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + answer.length)]));
    },
  };
}

/** Takes a word; returns the PING that Redis answers with it. */
export function pingWith(word: string): Buffer {
  return Buffer.from(`*2\r\n$4\r\nPING\r\n$${word.length}\r\n${word}\r\n`);
}
