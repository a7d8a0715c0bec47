import type { Events } from "../workflows/ports.ts";
import { createPageBook, type Page } from "./page-book.ts";
import { type Answer, openPageLine } from "./page-call.ts";
import { resolveBody, type Subject, triggerBody } from "./page-words.ts";
import { pause } from "./patience.ts";
import { reportRarely } from "./rare-reports.ts";

const LONGEST_BACKOFF_MS = 60_000;
/** The longest that a Node timer can wait: 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How time passes, which tests make short. */
export interface Waiting {
  /** Milliseconds that no change of the clock touches. */
  readonly clock: () => number;
  /** Resolves after so many milliseconds or when the signal says so. Never rejects. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const REAL_WAITING: Waiting = { clock: () => performance.now(), pause };

export interface PageQueueParts {
  readonly url: string;
  readonly key: string;
  readonly now: () => number;
  readonly events: Events;
  readonly waiting: Waiting;
}

export interface PageQueue {
  /** Opens an incident; again, it only renews what will be said. */
  open(subject: Subject): void;
  /** Closes it, where it may have been opened. */
  settle(subject: Subject): void;
  /** Lets the try under way come to its end (3 s) and starts no other. */
  close(): Promise<void>;
}

/**
 * Sends pages one after the other, each until it is accepted. A receiver in trouble is left alone for up to a minute, or
 * as long as its Retry-After asks; a page that it refuses is tried every minute and holds up no other.
 */
export function startPageQueue({ url, key, now, events, waiting }: PageQueueParts): PageQueue {
  const [book, line, report] = [createPageBook(), openPageLine(url), createReport(events)];
  let [bell, isClosed, failures, quietUntil] = [new AbortController(), false, 0, 0];

  async function send(page: Page): Promise<void> {
    const { subject, noticedAt, settled } = page;
    const answer = await line.post(settled ? resolveBody(subject, key) : triggerBody(subject, key, noticedAt), now());
    report(page, answer);
    book.finish(page, answer, waiting.clock());
    failures = answer.is === "trouble" ? failures + 1 : 0;
    if (answer.is === "trouble") quietUntil = waiting.clock() + Math.max(backOff(failures), answer.retryAfterMs);
  }

  const loop = (async () => {
    while (!isClosed) {
      bell = new AbortController();
      const page = book.next(waiting.clock());
      const until = page === null ? Number.POSITIVE_INFINITY : Math.max(page.notBefore, quietUntil);
      const ms = Math.min(until - waiting.clock(), LONGEST_TIMER_MS);
      if (page === null || ms > 0) await waiting.pause(ms, bell.signal);
      else await send(book.begin(page));
    }
    await line.close();
  })();

  return {
    open: (subject) => {
      book.open(subject, now());
      bell.abort();
    },
    settle: (subject) => {
      book.settle(subject);
      bell.abort();
    },
    close: async () => {
      isClosed = true;
      bell.abort();
      await loop;
    },
  };
}

/** Takes the number of failed tries in a row; returns how long to wait: from 0.5 s up to 60 s, spread a little. */
function backOff(failures: number): number {
  return Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** (failures - 1)) * (0.75 + Math.random() / 4);
}

/** A refusal comes once a minute for each page and is the same for all, so few of them are told. */
function createReport(events: Events): (page: Page, answer: Answer) => void {
  const refused = reportRarely(events, "on-call cannot be paged: mend DAYPASS_PAGE_URL or DAYPASS_PAGE_KEY");
  return ({ subject, settled, tries }, answer) => {
    const fields = { grant: "grant" in subject ? subject.grant : null, tries };
    if (answer.is === "accepted") events.happened(settled ? "page closed" : "on-call paged", fields);
    else if (answer.is === "refused") refused(new Error(answer.words));
    else events.failed(settled ? "page not closed yet" : "on-call not paged yet", fields, answer.cause);
  };
}
