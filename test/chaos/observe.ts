import { setTimeout as wait } from "node:timers/promises";
import { parse } from "yaml";
import { z } from "zod";
import type { Grant } from "../../src/workflows/grant.ts";
import type { Request } from "../../src/workflows/request.ts";
import type { Message } from "../workbench/slack/timelines.ts";
import type { AuditTail, Logged } from "./audit-tail.ts";
import type { Eye, Seen } from "./eye.ts";
import type { Lane } from "./lane.ts";
import type { Note } from "./notes.ts";
import type { Played } from "./people.ts";
import type { Probe, Probes } from "./probes.ts";
import type { Records } from "./records.ts";

/** Those who look from outside, for all lanes. */
export interface Watchers {
  readonly eye: Eye;
  readonly probes: Probes;
  readonly audit: AuditTail;
}

/** All that is known of one case when it is over. */
export interface Observed {
  readonly played: Played;
  readonly request: Request | null;
  readonly grant: Grant | null;
  /** The pass's end, by the cluster's own AccessGrant where there was one. */
  readonly end: number | null;
  readonly probes: readonly Probe[];
  readonly objects: readonly Seen[];
  /** Grants that the cluster held in this lane's namespace since the case began. */
  readonly grants: readonly string[];
  readonly logged: Logged | null;
  /** Every message that the app has posted since the case began. */
  readonly messages: readonly Message[];
  readonly notes: readonly Note[];
  /** Which processes the case killed, froze or ended, and when. */
  readonly strikes: readonly Note[];
  /** Whether a worker was at work a second before the end, and went on. */
  readonly worksAtEnd: boolean;
  /** Processes that ended though nobody ended them. */
  readonly fallen: readonly string[];
  /** When what the case broke was whole again. */
  readonly healedAt: number;
  /** Whether all was done and told in time. */
  readonly settled: string | null;
}

const User = z.object({ users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]) });

/** Takes a kubeconfig's text; returns the token in it. */
export function tokenIn(kubeconfig: string): string {
  return User.parse(parse(kubeconfig)).users[0].user.token;
}

/** Watches one case's pass from outside: a probe for its identity as soon as it is there, one for each kubeconfig. */
export interface Watching {
  readonly probes: readonly Probe[];
  shown(kubeconfig: string): void;
  stop(): void;
}

/** Takes the watchers and a lane; probes whatever is made in the lane's namespace from now on. */
export function watchPass({ eye, probes }: Watchers, { namespace, notes }: Lane): Watching {
  const begun: Probe[] = [];
  const stopped = new AbortController();
  const begin = (whose: Probe["whose"], token: string) => {
    if (!stopped.signal.aborted) begun.push(probes.begin(whose, namespace, token));
  };
  const leave = eye.onCome((seen) => {
    if (!eye.grantsIn(namespace).includes(seen.grant)) return;
    notes.add("cluster", `has ${seen.kind} ${seen.name}`);
    if (seen.kind !== "RoleBinding" || seen.namespace !== namespace) return;
    void probes.mint(seen.name).then((token) => token !== null && begin("minted", token));
  });
  return {
    probes: begun,
    shown: (kubeconfig) => begin("own", tokenIn(kubeconfig)),
    stop: () => {
      stopped.abort();
      leave();
      for (const probe of begun) probe.stop();
    },
  };
}

/** Waits until all is done and told, at most so long; returns what is not, or null. */
export async function untilSettled(
  lane: Lane,
  records: Records,
  eye: Eye,
  { giveUpAt, expectsGrant }: { giveUpAt: () => number; expectsGrant: () => boolean },
): Promise<string | null> {
  for (;;) {
    const left = await whatIsLeft(lane, records, eye, expectsGrant()).catch((cause: unknown) => String(cause));
    if (left === null || Date.now() > giveUpAt()) return left;
    await wait(200);
  }
}

async function whatIsLeft(lane: Lane, records: Records, eye: Eye, expectsGrant: boolean): Promise<string | null> {
  await records.look();
  const [request, grant] = [records.request(), records.grant()];
  if (expectsGrant && request === null) return "the request is not on record";
  if (request?.state === "approved" && grant === null) return "the grant is not on record";
  // A record that is gone once more was flushed; then the cluster alone knows.
  const isHeld = grant !== null && (await lane.store.grant(grant.id)) !== null;
  if (isHeld && grant.state !== "ended") return `the grant is ${grant.state}`;
  const there = eye.of(grant?.id ?? "").filter(({ until }) => until === null);
  if (there.length > 0) return `the cluster still has ${there.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`;
  const { redis } = lane.straight;
  const [told, remembered] = await Promise.all([redis.xlen("{daypass}:outbox"), redis.xlen("{daypass}:ledger")]);
  if (told > 0) return `${told} tellings wait in the outbox`;
  return remembered > 0 ? `${remembered} rows wait for the ledger` : null;
}
