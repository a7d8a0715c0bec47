/** I0: on a day on which nothing goes wrong, what was approved is lent, proven, handed over, and told. */
import { Violation } from "../core/run-state.ts";
import type { Book } from "./book.ts";
import type { Eye } from "./eye.ts";
import type { Credential, Memory } from "./heard.ts";

/** How long making takes in health, with what is read late from a cache. */
const MADE_MS = 3_000;

export interface QuietParts {
  readonly book: Book;
  readonly eyes: readonly Eye[];
  readonly memory: Memory;
  readonly now: () => number;
  /** Whether nothing has gone wrong so far, and nobody's hand was at work. */
  readonly isQuiet: () => boolean;
  readonly everWorked: (grant: string) => boolean;
}

export interface QuietDay {
  /** Whether nothing has gone wrong so far, and nobody's hand was at work. */
  readonly isQuiet: () => boolean;
  /** Somebody has a credential before them: throws where it is not one that works. */
  received(credential: Credential): void;
  /** Somebody who clicked at that time was told that there is no credential for them. */
  gotNone(grant: string, who: string, clickedAt: number): void;
  /** Returns what a grant that was approved owes at the end of such a day, or null. `told`: names of messages. */
  owes(grant: string, told: ReadonlySet<string>): string | null;
}

/** Takes the parts; returns what looks at quiet days, and throws the first violation. */
export function createQuietDay(parts: QuietParts): QuietDay {
  const { book, eyes, memory, now, isQuiet, everWorked } = parts;
  const isBeingEnded = (grant: string) => memory.endings.has(grant) || book.last(grant, "ending") !== undefined;

  return {
    isQuiet,
    received({ grant, n, kubeconfig }) {
      if (!isQuiet() || isBeingEnded(grant)) return;
      const newest = book.of(grant).filter(({ row }) => row.what === "deliveryAsked").length;
      if (newest > n) return;
      const works = eyes
        .flatMap((eye) => eye.accepted())
        .some((one) => one.grant === grant && one.isLive && kubeconfig.includes(one.minted.token));
      if (!works) throw new Violation("I0", `the kubeconfig of delivery ${n} of grant ${grant} does not work`);
    },
    gotNone(grant, who, clickedAt) {
      const active = book.last(grant, "active");
      const { end = 0, request = "" } = book.approved.get(grant) ?? {};
      if (memory.wishes.get(request)?.asker !== who) return;
      if (!isQuiet() || active === undefined || active.at > clickedAt || now() >= end || isBeingEnded(grant)) return;
      throw new Violation("I0", `${who} gets no kubeconfig of their own pass ${grant}, though nothing is wrong`);
    },
    owes(grant, told) {
      const approved = book.approved.get(grant);
      if (!isQuiet() || approved === undefined || memory.endings.has(grant)) return null;
      const active = book.last(grant, "active");
      if (active === undefined) return "was never lent";
      if (active.at > Math.max(approved.at, memory.wishes.get(approved.request)?.startsAt ?? 0) + MADE_MS)
        return "was lent late";
      if (!everWorked(grant)) return "never worked";
      return told.has(`ready-${grant}`) ? null : "was never told to be ready";
    },
  };
}
