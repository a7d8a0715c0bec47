/** The API server in trouble, as the workers see it: F6 and F7 of performance.md §5.4. It is others' too, so it lives. */
import type { Fault } from "../workbench/fault-proxy-faults.ts";
import { clusterPlays as play, clusterRefuses as refuse } from "./breaks.ts";
import { BOUNDS, type Case } from "./case.ts";
import { aheadOfEnd, faultCase, trouble, whenDecided } from "./fault-case.ts";
import { storm } from "./storm.ts";

/** While no worker reaches the cluster, its own timer takes the identity. */
const timer = { boundMs: BOUNDS.timer } as const;

/** Long enough that a worker which comes back by its own clock is seen to (storm.ts). */
const RETRY_AFTER_S = 3;

/** Returns the cluster's troubles: across the end, and while a pass is being made. */
export function clusterFaults(): readonly Case[] {
  const across = (words: string, ms: number, how: Parameters<typeof trouble>[3]) =>
    faultCase(`${words} for ${ms / 1000} s across the end`, trouble(aheadOfEnd(3_000), words, ms, how), timer);
  const making = (words: string, ms: number, how: Parameters<typeof trouble>[3], seconds = 24) =>
    faultCase(`${words} for ${ms / 1000} s from the yes on`, trouble(whenDecided, words, ms, how), { seconds });
  const status = (code: number): Fault => ({ how: { kind: "answer", status: code } });
  const words = `F6 a storm of 429, Retry-After ${RETRY_AFTER_S}`;
  return [
    across("F6 every call is answered with 500", 10_000, play(status(500))),
    across("F6 every call is answered with 503", 10_000, play(status(503))),
    faultCase(`${words}, for 15 s across the end`, storm(aheadOfEnd(3_000), 15_000, RETRY_AFTER_S), timer),
    across("F6 the cluster is half-open: calls hang", 15_000, play({ how: { kind: "hang" } })),
    across("F6 every DELETE hangs", 12_000, play({ how: { kind: "hang" }, method: "DELETE" })),
    across("F6 every DELETE is answered with 403", 10_000, play({ ...status(403), method: "DELETE" })),
    across("F6 every answer to a DELETE is lost", 6_000, play({ how: { kind: "loseAnswer" }, method: "DELETE" })),
    across("F6 every call takes a second", 15_000, play({ how: { kind: "slow", ms: 1_000 } })),
    across("F7 nobody listens at the cluster", 60_000, refuse),
    making("F6 every call is answered with 500", 8_000, play(status(500))),
    faultCase(`${words}, for 8 s from the yes on`, storm(whenDecided, 8_000, RETRY_AFTER_S), { seconds: 24 }),
    making("F6 every POST is answered with 409", 4_000, play({ ...status(409), method: "POST" })),
    making("F6 every POST is answered with 403", 4_000, play({ ...status(403), method: "POST" })),
    making("F6 every answer to a POST is lost", 4_000, play({ how: { kind: "loseAnswer" }, method: "POST" })),
    making("F6 the cluster is half-open: calls hang", 8_000, play({ how: { kind: "hang" } })),
    making("F6 every call takes a second", 20_000, play({ how: { kind: "slow", ms: 1_000 } }), 30),
    making("F7 nobody listens at the cluster", 8_000, refuse),
  ];
}
