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

/** What a case says of itself while it is played. */
export interface CaseFacts {
  /** What shows that it broke what it is about, the first one first. */
  readonly hits: string[];
  /** Nothing may be granted in between. */
  forbidden: { readonly from: number; readonly to: number } | null;
  /** When Redis was flushed, and which rows of the ledger it still held. */
  flushed: { readonly at: number; readonly undrained: readonly string[] } | null;
}

/** All that is known of one case when it is over. */
export interface Observed extends Readonly<CaseFacts> {
  readonly played: Played;
  readonly request: Request | null;
  readonly grant: Grant | null;
  /** The pass's end: by the AccessGrant that was seen in the cluster; where none ever was, by the product's own record. */
  readonly end: number | null;
  /** What others were lent in the same case, by the product's own record. */
  readonly beside: readonly Grant[];
  /** By the product's own record, to be compared. */
  readonly endOnRecord: number | null;
  readonly probes: readonly Probe[];
  /** All that the cluster held of any grant for this lane's namespace, since the case began. */
  readonly objects: readonly Seen[];
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

const MINTABLE_MS = 5_000;

const User = z.object({ users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]) });

/** Takes a kubeconfig's text; returns the token in it. */
export function tokenIn(kubeconfig: string): string {
  return User.parse(parse(kubeconfig)).users[0].user.token;
}

/** Watches one case's pass from outside: a probe for its identity as soon as it is there, one for each kubeconfig. */
export interface Watching {
  /** Persons' own in the order in which they were shown, and those that were minted. */
  readonly probes: readonly Probe[];
  /** All objects of grants for the lane's namespace that came since it is watched. */
  objects(): readonly Seen[];
  shown(kubeconfig: string): void;
  stop(): void;
}

/** Takes the watchers and a lane; probes whatever is made in the lane's namespace from now on. */
export function watchPass({ eye, probes }: Watchers, { namespace, notes }: Lane): Watching {
  const begun: Probe[] = [];
  const stopped = new AbortController();
  const before = new Set(eye.grantsIn(namespace));
  const begin = (whose: Probe["whose"], token: string) => {
    if (!stopped.signal.aborted) begun.push(probes.begin(whose, namespace, token));
  };
  const leave = eye.onCome((seen) => {
    // Each kind has a watch of its own: a binding may be seen before the AccessGrant that names its namespace.
    const isBinding = seen.kind === "RoleBinding" && seen.namespace === namespace;
    if (!isBinding && !eye.grantsIn(namespace).includes(seen.grant)) return;
    notes.add("cluster", `has ${seen.kind} ${seen.name}`);
    if (!isBinding) return;
    void mintWhileBound(probes, seen, stopped.signal).then((token) => token !== null && begin("minted", token));
  });
  return {
    probes: begun,
    objects: () => {
      const grants = eye.grantsIn(namespace).filter((id) => !before.has(id));
      return grants.flatMap((id) => eye.of(id)).sort((a, b) => a.from - b.from);
    },
    shown: (kubeconfig) => begin("own", tokenIn(kubeconfig)),
    stop: () => {
      stopped.abort();
      leave();
      for (const probe of begun) probe.stop();
    },
  };
}

/** What the API server has just been told may not be found at once. */
async function mintWhileBound(probes: Probes, binding: Seen, stop: AbortSignal): Promise<string | null> {
  for (const giveUpAt = Date.now() + MINTABLE_MS; ; await wait(100)) {
    const token = await probes.mint(binding.name).catch(() => null);
    if (token !== null || stop.aborted || binding.until !== null || Date.now() > giveUpAt) return token;
  }
}

/** Waits until all is done and told, at most so long; returns what is not, or null. */
export async function untilSettled(
  lane: Lane,
  records: Records,
  watching: Watching,
  { giveUpAt, expectsGrant }: { giveUpAt: () => number; expectsGrant: () => boolean },
): Promise<string | null> {
  for (;;) {
    const left = await whatIsLeft(lane, records, watching, expectsGrant()).catch((cause: unknown) => String(cause));
    if (left === null || Date.now() > giveUpAt()) return left;
    await wait(200);
  }
}

async function whatIsLeft(
  lane: Lane,
  records: Records,
  watching: Watching,
  expectsGrant: boolean,
): Promise<string | null> {
  await records.look();
  const [request, grant] = [records.request(), records.grant()];
  if (expectsGrant && request === null) return "the request is not on record";
  if (request?.state === "approved" && grant === null) return "the grant is not on record";
  // A record that is gone once more was flushed; then the cluster alone knows.
  const isHeld = grant !== null && (await lane.store.grant(grant.id)) !== null;
  if (isHeld && grant.state !== "ended") return `the grant is ${grant.state}`;
  const there = watching.objects().filter(({ until }) => until === null);
  if (there.length > 0) return `the cluster still has ${there.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`;
  const { redis } = lane.straight;
  const [told, remembered] = await Promise.all([redis.xlen("{daypass}:outbox"), redis.xlen("{daypass}:ledger")]);
  if (told > 0) return `${told} tellings wait in the outbox`;
  return remembered > 0 ? `${remembered} rows wait for the ledger` : null;
}
