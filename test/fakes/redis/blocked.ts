/** A client's line as the server knows it. */
export interface Session {
  /** The offset of the last unit that came over this line: what WAIT waits for. */
  writtenTo: number;
  /** Closes the line from the server's side. */
  readonly hangUp: () => void;
}

/** What a command that may wait tries, and what it answers when its time is over. */
export interface Waiting<Answer> {
  /** Returns the answer, or null as long as there is none. */
  readonly attempt: () => Answer | null;
  /** 0: as long as it takes. */
  readonly timeoutMs: number;
  readonly late: () => Answer;
}

/** Clients that wait for something to come. */
export interface Blocked {
  wait<Answer>(session: Session, waiting: Waiting<Answer>): Answer | Promise<Answer>;
  /** Tries all, the longest waiting first: something may have come. */
  wake(): void;
  /** Forgets those of a line that is closed. */
  forget(session: Session): void;
}

interface Waiter {
  readonly session: Session;
  readonly attempt: () => void;
  readonly stop: () => void;
}

/** Takes through what a time that is over must go, since a server that hangs answers nobody; returns nobody blocked. */
export function createBlocked(arrive: (run: () => void) => void): Blocked {
  const waiters = new Set<Waiter>();

  const block = <Answer>(session: Session, { attempt, timeoutMs, late }: Waiting<Answer>) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const finish = (answer: Answer) => {
      waiters.delete(waiter);
      clearTimeout(timer);
      resolve(answer);
    };
    const giveUp = () => arrive(() => void (waiters.has(waiter) && finish(late())));
    const timer = timeoutMs === 0 ? undefined : setTimeout(giveUp, timeoutMs);
    const waiter: Waiter = {
      session,
      attempt: () => {
        const answer = attempt();
        if (answer !== null) finish(answer);
      },
      stop: () => clearTimeout(timer),
    };
    waiters.add(waiter);
    return promise;
  };
  return {
    wait: (session, waiting) => waiting.attempt() ?? block(session, waiting),
    wake: () => {
      for (const waiter of waiters) waiter.attempt();
    },
    forget: (session) => {
      for (const waiter of waiters) {
        if (waiter.session !== session) continue;
        waiter.stop();
        waiters.delete(waiter);
      }
    },
  };
}
