import { CHECK_AFTER_MS } from "../workflows/delivery-ports.ts";
import type { Millis } from "../workflows/person.ts";
import type { BotParts } from "./parts.ts";
import { isStoreSilent } from "./reach.ts";
import { sayError } from "./slack-client.ts";

const AGAIN_AFTER_MS = 500;
/** One try lasts 1.1 s at most (src/jobs/redis.ts). */
const LAST_TRY_MS = 2_000;

/** A delivery that is before the grantee. */
export interface Shown {
  /** The click's. */
  readonly id: string;
  readonly n: number;
  readonly askedAt: Millis;
}

/**
 * Says that a delivery is shown, again and again while the store is silent, as long as its check cannot have come: unsaid,
 * the check ends it. Returns whether it is said. A fault of ours is thrown.
 */
export async function sayReceived(
  { counter, desk, log }: Pick<BotParts, "counter" | "desk" | "log">,
  { id, n, askedAt }: Shown,
): Promise<boolean> {
  const until = askedAt + CHECK_AFTER_MS - LAST_TRY_MS;
  for (;;) {
    try {
      await counter.received(id, n);
      return true;
    } catch (cause) {
      if (!isStoreSilent(cause)) throw cause;
      log.warn("it is not written down yet that a kubeconfig was shown", { cause: sayError(cause) });
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    if (desk.clock.now() > until) return false;
  }
}
