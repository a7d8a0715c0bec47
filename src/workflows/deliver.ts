import type { Bench } from "./bench.ts";
import { followGrant } from "./consequences.ts";
import { CHECK_AFTER_MS, type DeliveryAnswer, type DeliveryDesk, type DeliveryRequest } from "./delivery-ports.ts";
import { type ActiveGrant, lastDelivery, transitionGrant } from "./grant.ts";
import { isFresh } from "./person.ts";
import type { Commit, DeliveryCheck, LedgerRow } from "./ports.ts";
import { toReceive } from "./receive.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import { TooEarly } from "./trouble.ts";

const MOST_TRIES = 5;
/** The clocks of two workers, each set by Redis', are never quite the same. */
const CLOCKS_APART_MS = 1_000;

/**
 * Hands over one credential, sealed to the key in the delivery request. Checks the click again, takes the next number
 * (saved before anything is made, so that two clicks never share one), makes it, answers. Never throws for what the
 * person can be told.
 */
export async function deliver(bench: Bench, desk: DeliveryDesk, id: string): Promise<void> {
  const asked = await desk.load(id);
  if (asked === null) return;
  try {
    const answer = await handOver(bench, desk, asked);
    if (answer !== null) await desk.answer(id, answer);
  } catch (cause) {
    bench.events.failed("delivery failed", { grant: asked.grant }, cause);
    await desk.answer(id, { refused: "clusterSilent" });
  }
}

/** Returns the answer, or null where somebody else has answered meanwhile. */
async function handOver(bench: Bench, desk: DeliveryDesk, asked: DeliveryRequest): Promise<DeliveryAnswer | null> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const grant = await reserve(bench, asked);
    if (isRefusal(grant)) return grant;
    const n = lastDelivery(grant);
    const check = { id: asked.id, grant: grant.id, n };
    // Who slept since the first look lost the job to another worker: what is made now would end what that one handed over.
    if ((await desk.load(asked.id)) === null) {
      await bench.store.settleCheck(check);
      return null;
    }
    // Asked for before anything is made: whatever dies after this line, the unread credential dies too.
    await desk.checkLater(check);
    const made = await bench.clusters.deliver(grant, n, asked.key);
    if (made === "taken") {
      // Somebody may be using it: it is of a time that the record does not know.
      await bench.store.settleCheck(check);
      continue;
    }
    // Where its check was made before it was there at all, as beside a worker that slept, nobody would look at it again.
    const isLate =
      (await wasOvertaken(bench, grant.id, n)) ||
      (await remember(bench, grant, {
        what: "delivered",
        detail: { n, jti: made.jti },
        owed: { check, settles: false },
      })) === "raced";
    if (isLate) {
      await endLate(bench, grant, check);
      return refuse("raced");
    }
    return { sealed: made.sealed, n, end: grant.end, former: grant.deliveries.at(-2)?.at ?? null };
  }
  return refuse("raced");
}

/** Its check is due once more, so that a silent cluster or a crash leaves its ending to that; a silent Redis keeps it from none. */
async function endLate(bench: Bench, grant: ActiveGrant, check: DeliveryCheck): Promise<void> {
  const at = bench.clock.now() + CHECK_AFTER_MS;
  await Promise.all([
    bench.store.commit({ writes: [], tellings: [], rows: [], checks: [{ ...check, at }] }),
    bench.clusters.endDelivery(grant, check.n),
  ]);
  await bench.store.settleCheck(check);
}

/**
 * Whether a later delivery has its number by now. It ended all before it, but for what was not there yet: of two that are
 * made at one time the earlier one ends itself, so that one credential works in the end.
 */
async function wasOvertaken(bench: Bench, id: string, n: number): Promise<boolean> {
  const now = await bench.store.grant(id);
  return now?.state === "active" && lastDelivery(now) > n;
}

/** Writes the next delivery's number into the grant. */
async function reserve(bench: Bench, asked: DeliveryRequest): Promise<ActiveGrant | Refusal> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const now = bench.clock.now();
    const [grant, record] = await Promise.all([bench.store.grant(asked.grant), bench.people.record(asked.person)]);
    if (grant === null) return refuse("notFound");
    if (record === null || !isFresh(record, now)) return refuse("unknownPerson");
    const given = toReceive(grant, record, now);
    if (isRefusal(given)) return given;
    const event = { type: "delivery", at: now } as const;
    const next = transitionGrant(given, event);
    const writes = [{ kind: "grant", expected: given.version, next }] as const;
    const checks = [{ id: asked.id, grant: grant.id, n: lastDelivery(next), at: now + CHECK_AFTER_MS }];
    const told = followGrant(next, event, { request: null, onCall: null, now });
    if ((await bench.store.commit({ writes, checks, ...told })) === "saved") return next;
  }
  return refuse("raced");
}

/**
 * Forty-five seconds after a delivery: where the bot never said that it could open the answer, that delivery ends alone,
 * as long as its check is owed. Throws when the cluster does not answer, to be tried again, and `TooEarly` where it was woken
 * before its moment: a wake goes by a machine's own time, which may jump, and the moment by one that does not.
 */
export async function checkDelivery(bench: Bench, desk: DeliveryDesk, check: DeliveryCheck): Promise<void> {
  const { grant: id, n } = check;
  const grant = (await desk.received(check.id, n)) ? null : await bench.store.grant(id);
  if (grant === null || grant.state === "ended") return bench.store.settleCheck(check);
  const dueAt = await bench.store.checkDueAt(check);
  if (dueAt === null) return;
  const earlyMs = dueAt - bench.clock.now();
  if (earlyMs > CLOCKS_APART_MS) throw new TooEarly(earlyMs);
  await bench.clusters.endDelivery(grant, n);
  // Where two wakes come for one check, who is first tells of it.
  await remember(bench, grant, { what: "deliveryLost", detail: { n }, owed: { check, settles: true } });
}

/** Writes a row of a delivery, as long as its check is due. */
function remember(
  bench: Bench,
  grant: { readonly id: string; readonly request: string; readonly grantee: string },
  { owed, ...told }: Pick<LedgerRow, "what" | "detail"> & Required<Pick<Commit, "owed">>,
): Promise<"saved" | "raced"> {
  const row = { ...told, at: bench.clock.now(), by: grant.grantee, request: grant.request, grant: grant.id };
  return bench.store.commit({ writes: [], tellings: [], rows: [row], owed });
}
