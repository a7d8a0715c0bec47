import type { WebClient } from "@slack/web-api";
import type { Desk } from "../workflows/desk.ts";
import type { Grant } from "../workflows/grant.ts";
import { inTime, pause } from "./deadline.ts";
import { endingProgress } from "./messages/ending-progress.ts";
import type { Message } from "./sentences.ts";
import { sayError } from "./slack-client.ts";
import type { BotLog } from "./slack-log.ts";

/** How long after one look the next comes: soon at first, since most end within a second; then at the worker's own pace. */
const LOOKS_MS: readonly number[] = [300, 700, 1_000, 2_000, 4_000, 8_000];
const LAST_LOOK_MS = 15_000;
/** What has not ended by then is on-call's debt, on its cards and in their channel. */
const FOLLOWED_MS = 30 * 60_000;
const STOP_MS = 2_000;

/** Tells who ended many passes how that goes, in one direct message. */
export interface EndingProgress {
  /** Takes whom to tell and the grants as they were told to end; returns at once. */
  follow(user: string, grants: readonly Grant[]): void;
  /** Says in each message that it no longer changes. */
  stop(): Promise<void>;
}

interface ProgressParts {
  readonly desk: Pick<Desk, "store" | "policy" | "clock">;
  readonly slack: WebClient;
  readonly log: BotLog;
}

/** Takes its parts; returns what tells it. A courtesy: the endings and their cards do without, and its errors are logged. */
export function createEndingProgress(parts: ProgressParts): EndingProgress {
  const stopping = new AbortController();
  const following = new Set<Promise<void>>();
  return {
    follow: (user, grants) => {
      const done = follow(parts, user, grants, stopping.signal).finally(() => following.delete(done));
      following.add(done);
    },
    stop: async () => {
      stopping.abort();
      await inTime(Promise.all(following), STOP_MS);
    },
  };
}

async function follow(parts: ProgressParts, user: string, told: readonly Grant[], stop: AbortSignal): Promise<void> {
  const { clock, policy } = parts.desk;
  const until = clock.now() + FOLLOWED_MS;
  const say = createMessage(parts, user);
  let grants = told;
  for (let look = 0; ; look++) {
    const now = clock.now();
    const last = stop.aborted || now >= until;
    const names = policy.current()?.policy ?? null;
    await say(endingProgress({ names, grants, last, now }));
    if (last || grants.every((grant) => grant.state === "ended")) return;
    await pause(LOOKS_MS[look] ?? LAST_LOOK_MS, stop);
    grants = await readAnew(parts, grants);
  }
}

/** What has ended stays so; what cannot be read stays as it was. */
async function readAnew({ desk, log }: ProgressParts, grants: readonly Grant[]): Promise<readonly Grant[]> {
  try {
    return await Promise.all(
      grants.map(async (grant) => (grant.state === "ended" ? grant : ((await desk.store.grant(grant.id)) ?? grant))),
    );
  } catch (cause) {
    log.warn("how endings go could not be read", { cause: sayError(cause) });
    return grants;
  }
}

/** Returns how to say it: posted once, edited where something changed. What Slack does not take comes with the next look. */
function createMessage({ slack, log }: ProgressParts, user: string): (shown: Message) => Promise<void> {
  let place: { channel: string; ts: string } | null = null;
  let said = "";
  return async (shown) => {
    if (shown.text === said) return;
    try {
      if (place === null) {
        const { channel } = await slack.conversations.open({ users: user });
        const posted = await slack.chat.postMessage({ channel: channel?.id ?? user, ...shown });
        place = { channel: posted.channel ?? "", ts: posted.ts ?? "" };
      } else await slack.chat.update({ ...place, ...shown });
      said = shown.text;
    } catch (cause) {
      log.warn("how endings go was not told", { cause: sayError(cause) });
    }
  };
}
