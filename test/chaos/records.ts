import { setTimeout as wait } from "node:timers/promises";
import type { Grant } from "../../src/workflows/grant.ts";
import type { Request } from "../../src/workflows/request.ts";
import type { Lane } from "./lane.ts";

/**
 * What the store says of a case's request and grant, as last seen. It steers the harness (when to strike, when to stop
 * waiting), and says what was to be told and written down. Whether and when access ended is judged by what the cluster, its
 * audit log and the probes say.
 */
export interface Records {
  readonly request: () => Request | null;
  readonly grant: () => Grant | null;
  /** Resolves with the end when the request is approved; null where it never is while this is followed. */
  readonly decided: Promise<number | null>;
  /** Resolves when the grant is active, or past that; also when this is no longer followed. */
  readonly active: Promise<void>;
  /** Reads anew. Throws where Redis does not answer. */
  look(): Promise<void>;
  close(): void;
}

const OFTEN_MS = 50;

/** Takes a lane and what stands in the request's reason; follows both until it is closed. */
export function followRecords({ store }: Lane, tag: string): Records {
  let request: Request | null = null;
  let grant: Grant | null = null;
  let closed = false;
  const decided = Promise.withResolvers<number | null>();
  const active = Promise.withResolvers<void>();
  const find = async (): Promise<Request | null> => {
    const { requests, grants } = await store.live();
    const pending = requests.find(({ reason }) => reason.includes(`${tag} in a drill`));
    if (pending !== undefined) return pending;
    const approved = await Promise.all(grants.map((one) => store.request(one.request)));
    return approved.find((one) => one?.reason.includes(`${tag} in a drill`)) ?? null;
  };
  const look = async () => {
    request = (request === null ? await find() : await store.request(request.id)) ?? request;
    if (request?.state !== "approved") {
      if (request !== null && request.state !== "pending") decided.resolve(null);
      return;
    }
    decided.resolve(request.end);
    grant = (await store.grant(request.grants[0] ?? "")) ?? grant;
    if (grant !== null && grant.state !== "making") active.resolve();
  };
  const loop = async () => {
    while (!closed) {
      await look().catch(() => undefined);
      await wait(OFTEN_MS);
    }
  };
  void loop();
  return {
    request: () => request,
    grant: () => grant,
    ...{ decided: decided.promise, active: active.promise, look },
    close: () => {
      closed = true;
      decided.resolve(null);
      active.resolve();
    },
  };
}
