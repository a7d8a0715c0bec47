/** What the changes of each kind of object mean to whoever follows a cluster. */
import type { News } from "../workflows/ports.ts";
import { isUnchanged } from "./adopt.ts";
import { grantFrom, grantIn } from "./found-grant.ts";
import type { Change } from "./watch-kind.ts";
import type { KINDS } from "./watch-kinds.ts";

const CATALOGUE = "daypass-profile-";

interface Ears {
  readonly cluster: string;
  hear(news: News): void;
  changed(grant: string): void;
  roleChanged(): void;
  timerWritten(): void;
  /** Takes the metadata of a binding that was not there before. */
  bound(binding: Change["metadata"]): void;
}

/** Takes who hears; returns what to do with a change of each kind. What is being made is no change but for its intent. */
export function newsOf({
  cluster,
  hear,
  changed,
  roleChanged,
  timerWritten,
  bound,
}: Ears): Record<keyof typeof KINDS, Heard> {
  function partChanged({ type, metadata }: Change): void {
    const grant = grantIn(metadata.name);
    if (type !== "ADDED" && grant !== null) changed(grant);
  }
  return {
    grants(change) {
      if (change.type !== "ADDED") return partChanged(change);
      const found = grantFrom(cluster, change.object);
      if (found !== null) hear({ what: "made", held: found.held });
    },
    roles({ metadata }) {
      if (metadata.name.startsWith(CATALOGUE)) roleChanged();
    },
    timers(change) {
      // The Job controller writes the status, as it should; what somebody else writes counts the generation up.
      if (change.type === "DELETED" || !isUnchanged(change.metadata)) partChanged(change);
      else if (change.type === "MODIFIED") timerWritten();
    },
    accounts: partChanged,
    bindings(change) {
      if (change.type === "ADDED") bound(change.metadata);
      else partChanged(change);
    },
  };
}

type Heard = (change: Change) => void;

/**
 * Takes milliseconds and what to tell; returns a way to tell of a grant once, however often it is added within that
 * time: an ending deletes five objects.
 */
export function gather(ms: number, tell: (grant: string) => void): { add(grant: string): void; stop(): void } {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  function flush(): void {
    timer = null;
    const grants = [...waiting];
    waiting.clear();
    for (const grant of grants) tell(grant);
  }
  return {
    add(grant) {
      waiting.add(grant);
      timer ??= setTimeout(flush, ms);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
