import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Guardian, runMarker } from "../test/workbench/guardian.ts";

/** A process of the bench's own that looks on. */
export interface Apart {
  /** Waits for what it says next; rejects when it ends instead. To be called again before it can say more. */
  hear<Message>(): Promise<Message>;
  dismiss(): void;
}

/**
 * Takes a file of this folder and what it is to do; starts it as a process. Detached: a process group of its own has a
 * share of the processors of its own. In the bench's process, looking would stand in the way of the limit's timers.
 */
export function startApart(guardian: Guardian, file: string, plan: object): Apart {
  const child = fork(join(import.meta.dirname, file), {
    detached: true,
    env: { ...process.env, [runMarker]: guardian.runId },
  });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  ended.catch(() => {});
  child.send(plan);
  return {
    hear: async <Message>() => {
      const [message] = await Promise.race([once(child, "message"), ended]);
      return message as Message;
    },
    dismiss: () => {
      if (child.connected) child.disconnect();
    },
  };
}
