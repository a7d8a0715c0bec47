/** A server that follows this one, as far as it has come. */
export interface Replica {
  /** How many units it has. */
  offset(): number;
  /** From now on it takes nothing more. */
  hold(): void;
  /** Takes so many of the units that it has not yet, and goes on taking nothing. */
  take(units: number): void;
  /** Takes all there is and, from now on, at once what comes. */
  release(): void;
  /** Follows no more. */
  leave(): void;
}

/** The replicas of one server. */
export interface Replicas {
  readonly all: readonly Replica[];
  add(): Replica;
  /** How many have all up to this offset. */
  having(offset: number): number;
  /** The server went back to this offset: whoever is ahead of it takes its data anew. */
  goBack(offset: number): void;
}

/** Takes the server's offset and what to do when one has come further; returns no replicas. */
export function createReplicas(current: () => number, cameFurther: () => void): Replicas {
  const all: (Replica & { goBack(offset: number): void })[] = [];
  return {
    all,
    add: () => {
      let heldAt: number | null = null;
      const offset = () => heldAt ?? current();
      const replica = {
        offset,
        hold: () => {
          heldAt = offset();
        },
        take: (units: number) => {
          heldAt = Math.min(current(), offset() + units);
          cameFurther();
        },
        release: () => {
          heldAt = null;
          cameFurther();
        },
        leave: () => {
          if (all.includes(replica)) all.splice(all.indexOf(replica), 1);
        },
        goBack: (to: number) => {
          if (heldAt !== null) heldAt = Math.min(heldAt, to);
        },
      };
      all.push(replica);
      return replica;
    },
    having: (offset) => all.filter((replica) => replica.offset() >= offset).length,
    goBack: (offset) => {
      for (const replica of all) replica.goBack(offset);
    },
  };
}
