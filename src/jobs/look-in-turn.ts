import type { Ref } from "../workflows/ports.ts";

/**
 * Takes what looks at a record; returns the same, but never two looks at one record at a time in this process. Who asks
 * while one is running gets the next, shared with all who ask until it begins: what they saw happen may be too new for
 * the one that is running.
 */
export function lookInTurn(look: (ref: Ref) => Promise<void>): (ref: Ref) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();
  function inTurn(ref: Ref): Promise<void> {
    const name = `${ref.kind}:${ref.id}`;
    const current = running.get(name);
    if (current === undefined) {
      const begun = look(ref).finally(() => running.delete(name));
      running.set(name, begun);
      return begun;
    }
    const known = next.get(name);
    if (known !== undefined) return known;
    const queued = current
      .catch(() => undefined)
      .then(() => {
        next.delete(name);
        return inTurn(ref);
      });
    next.set(name, queued);
    return queued;
  }
  return inTurn;
}
