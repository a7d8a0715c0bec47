import { percentile } from "../../bench/percentiles.ts";
import { seconds, utc } from "./transcript.ts";
import { MOST_THROUGH_SLACK } from "./wanted.ts";
import type { Watched } from "./watch.ts";

/** Promise P2, for up to 20 ends at one instant. */
const TIMER_BOUND_MS = 15_000;
/** A token minted so long before the end bears its end; another one lives so long from its minting, caches included. */
const TOKEN_BEARS_END_MS = 660_000;
const TOKEN_BOUND_MS = { bearsEnd: 10_000, fromMinting: 670_000 };

/** Prints what was measured, the closing line last. Returns whether every promise about it was kept. */
export function report(watched: readonly Watched[]): boolean {
  const refused = watched.flatMap(({ lent, refusedAt, allowedAt, words }) =>
    refusedAt === null ? [] : [{ lent, lag: refusedAt - lent.end, allowed: allowedAt - lent.end, words }],
  );
  const all = watched.length;
  if (refused.length === 0) {
    console.log(`\ndeadman: 0 of ${all} refused`);
    return false;
  }
  const lags = refused.map(({ lag }) => lag);
  const worst = Math.max(...lags);
  const ends = Map.groupBy(watched, ({ lent }) => lent.end);
  console.log("");
  for (const [end, those] of ends) console.log(`  ${those.length} ended at ${utc(end)}`);
  for (const [words, those] of Map.groupBy(refused, (one) => one.words)) console.log(`  ${those.length} × ${words}`);
  console.log(`
  refused after the end   p50 ${seconds(percentile(lags, 0.5)).padStart(6)} s
                        worst ${seconds(worst).padStart(6)} s
  last let in           worst ${seconds(Math.max(...refused.map((one) => one.allowed))).padStart(6)} s
  bound of the timers           15.0 s, for up to ${MOST_THROUGH_SLACK} ends at one instant
  bound of the tokens   ${tokenWords(watched)}`);
  console.log(`\ndeadman: ${refused.length} of ${all} refused, worst ${seconds(worst)} s after the end`);
  // Of hundreds, each is asked only every so many seconds, so what is sure is until when it was let in.
  const inTime = all > MOST_THROUGH_SLACK ? watched.every(isInTokenBound) : worst <= TIMER_BOUND_MS;
  return refused.length === all && inTime;
}

function isInTokenBound({ lent, allowedAt }: Watched): boolean {
  return allowedAt <= tokenBound(lent);
}

function tokenBound({ end, mintedAt }: Watched["lent"]): number {
  return end - mintedAt >= TOKEN_BEARS_END_MS ? end + TOKEN_BOUND_MS.bearsEnd : mintedAt + TOKEN_BOUND_MS.fromMinting;
}

function tokenWords(watched: readonly Watched[]): string {
  const bounds = watched.map(({ lent }) => tokenBound(lent) - lent.end);
  const [least, most] = [Math.min(...bounds), Math.max(...bounds)];
  const [first] = watched;
  const why =
    first !== undefined && first.lent.end - first.lent.mintedAt >= TOKEN_BEARS_END_MS
      ? "the token bears the end: end + 10 s"
      : "minting + 670 s, since no token is shorter than 10 minutes";
  return `${least === most ? "" : `${seconds(least)} to `}${seconds(most).padStart(least === most ? 12 : 1)} s (${why})`;
}
