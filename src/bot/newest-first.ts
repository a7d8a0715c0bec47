/**
 * Runs work one at a time per name, and of what waits only the newest. Takes a name (such as a view's id), when it was
 * asked for (a text that sorts by time) and the work; resolves when it ran or was overtaken by a newer one.
 */
export type NewestFirst = (name: string, at: string, work: () => Promise<void>) => Promise<void>;

interface Queue {
  newest: string;
  running: Promise<void>;
}

/** Returns a NewestFirst with a memory of its own; a name is forgotten when nothing of it runs. */
export function newestFirst(): NewestFirst {
  const queues = new Map<string, Queue>();
  return async (name, at, work) => {
    const queue = queues.get(name) ?? { newest: at, running: Promise.resolve() };
    queues.set(name, queue);
    if (at < queue.newest) return;
    queue.newest = at;
    const turn = queue.running.then(async () => {
      if (queue.newest === at) await work();
    });
    queue.running = turn.catch(() => undefined);
    const mine = queue.running;
    await turn.finally(() => {
      if (queue.running === mine) queues.delete(name);
    });
  };
}
