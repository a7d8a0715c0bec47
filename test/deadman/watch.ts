import { setTimeout as wait } from "node:timers/promises";
import type { Lent } from "./lent.ts";

/** What the API server says to a pass: let in, refused, or neither (no answer, or trouble of another kind). */
export interface Answer {
  readonly verdict: "allowed" | "refused" | "neither";
  readonly words: string;
}

export interface Watched {
  readonly lent: Lent;
  /** When the first refusal came after which nothing else did; null where it never came. */
  readonly refusedAt: number | null;
  /** When the last question was sent that the pass was let in with: so long, at least, access lasted. */
  readonly allowedAt: number;
  readonly words: string;
}

export interface Watch {
  /** Asks as the holder of the pass. */
  readonly ask: (lent: Lent) => Promise<Answer>;
  /** From one question to the next about one pass, around and after its end. */
  readonly oftenMs: number;
  /** Until when a refusal is waited for. */
  readonly giveUpAt: (lent: Lent) => number;
  readonly heard: (lent: Lent, answer: Answer) => void;
}

/** Long before the end it is only looked whether it still works. */
const SELDOM_MS = 30_000;
const OFTEN_FROM_MS = 5_000;
/** The API server believes a token for 10 s after it looked (fixed in its source), so a refusal must last longer. */
const STEADY_MS = 12_000;

interface Refused {
  readonly at: number;
  readonly words: string;
}

/** Asks for one pass until it is refused and stays so. Throws where it did not work before. */
export async function watch(lent: Lent, { ask, oftenMs, giveUpAt, heard }: Watch): Promise<Watched> {
  let refused: Refused | null = null;
  for (let allowedAt = 0; ; await wait(pauseBefore(lent.end, oftenMs))) {
    const sentAt = Date.now();
    const answer = await ask(lent);
    heard(lent, answer);
    if (answer.verdict === "allowed") allowedAt = sentAt;
    if (allowedAt === 0 && Date.now() >= lent.end) throw new Error(`grant ${lent.id} never worked: ${answer.words}`);
    refused = refusedSince(refused, answer, Date.now());
    if (refused === null && Date.now() > giveUpAt(lent))
      return { lent, refusedAt: null, allowedAt, words: answer.words };
    if (refused !== null && Date.now() - refused.at >= STEADY_MS)
      return { lent, refusedAt: refused.at, allowedAt, words: refused.words };
  }
}

/** No answer at all says nothing either way. */
function refusedSince(before: Refused | null, { verdict, words }: Answer, now: number): Refused | null {
  if (verdict === "allowed") return null;
  return verdict === "refused" ? (before ?? { at: now, words }) : before;
}

function pauseBefore(end: number, oftenMs: number): number {
  const untilOften = end - OFTEN_FROM_MS - Date.now();
  return untilOften > 0 ? Math.min(SELDOM_MS, untilOften) : oftenMs;
}
