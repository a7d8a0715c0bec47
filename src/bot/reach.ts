import type { Ender, PersonRecord } from "../workflows/person.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { inTime } from "./deadline.ts";
import type { SlackUser } from "./known-people.ts";
import { strangerWords } from "./messages/refusals.ts";
import { SLACK_SILENT, SLACK_SILENT_AT_ENDING, STORE_DOWN_AT_CLICK, STORE_SLOW } from "./messages.ts";
import { type BotParts, namesOf } from "./parts.ts";
import type { Sentence } from "./sentences.ts";
import { sayError } from "./slack-client.ts";
import type { Freshness } from "./slack-directory.ts";

/**
 * Slack waits 3 s, and people less: whatever is slow, they are answered within 1.5 s. What goes on after that counts
 * once, however often they press again.
 */
const ANSWER_WITHIN_MS = 1_400;

/** What could be had, or the sentence that says why not. */
export type Reached<T> = { readonly got: T } | { readonly no: Sentence };

/**
 * Takes all that must happen before a click is answered, and what to say when nothing was recorded; returns what came
 * of it, in time for Slack. A fault of ours is thrown.
 */
export async function reach<T>(
  { log }: BotParts,
  work: Promise<Reached<T>>,
  storeDown: Sentence = STORE_DOWN_AT_CLICK,
): Promise<Reached<T>> {
  try {
    const reached = await inTime(work, ANSWER_WITHIN_MS);
    if (reached !== "late") return reached;
    work.catch((cause: unknown) => log.warn("a late answer failed", { cause: sayError(cause) }));
    log.warn("an answer came too late for slack");
    return { no: STORE_SLOW };
  } catch (cause) {
    const known = storesWord(cause);
    const recorded = recordedOf(known);
    if (recorded === null) throw cause;
    log.warn("the store cannot be reached", { recorded, cause: sayError(known) });
    return { no: recorded === "unknown" && known === cause ? STORE_SLOW : storeDown };
  }
}

/** The store failed before anything was to be recorded. */
class NothingRecorded extends Error {
  override readonly name = "NothingRecorded";
}

function storesWord(cause: unknown): unknown {
  return cause instanceof NothingRecorded ? cause.cause : cause;
}

/** Takes what was thrown; returns whether it is only that the store does not answer. */
export function isStoreSilent(cause: unknown): boolean {
  return recordedOf(storesWord(cause)) !== null;
}

/** Takes work that only reads; where it fails, it is certain that nothing was recorded, whatever the store knows. */
export async function beforehand<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw recordedOf(cause) === null ? cause : new NothingRecorded("the store failed beforehand", { cause });
  }
}

/** The store's own word for what became of a failed call; null for an error that is not the store's. */
function recordedOf(cause: unknown): "nothing" | "unknown" | null {
  return cause instanceof StoreUnavailable ? cause.recorded : null;
}

/** Takes who clicked; returns their record as Slack has it, or the sentence for a stranger or a silent Slack. */
export async function identify(parts: BotParts, who: SlackUser, freshness?: Freshness): Promise<Reached<PersonRecord>> {
  const found = await beforehand(parts.directory.identify(who, freshness));
  if (found.known) return { got: found.record };
  return { no: found.why === "stranger" ? strangerWords(namesOf(parts), found.slackKey) : SLACK_SILENT };
}

/**
 * Takes who clicked, to end access or to take a request back, and nothing else, and what to say where nobody knows them;
 * returns their record, within a second of Slack's: its silence alone is no reason to refuse (promise P7). Whoever
 * `identify` knows is known here; so is whose id is another account's by now, for what they asked for themselves.
 */
export async function identifyToEnd(
  parts: BotParts,
  who: SlackUser,
  silent: Sentence = SLACK_SILENT_AT_ENDING,
): Promise<Reached<Ender>> {
  const found = await beforehand(parts.directory.identifyForEnding(who));
  if (found.known) return { got: found.record };
  return { no: found.why === "stranger" ? strangerWords(namesOf(parts), found.slackKey) : silent };
}
