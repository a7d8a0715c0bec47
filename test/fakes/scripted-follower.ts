import { afterEach, beforeEach, expect } from "vitest";
import { followCluster, type Pace } from "../../src/provisioner/follow.ts";
import * as objects from "../../src/provisioner/objects.ts";
import type { News } from "../../src/workflows/ports.ts";
import { createRecordedEvents, type RecordedEvents } from "./recorded-events.ts";
import { createScriptedApi, type ScriptedApi } from "./scripted-api.ts";

/** One who follows a scripted API server, and what is heard. */
export interface ScriptedFollower {
  readonly api: ScriptedApi;
  readonly events: RecordedEvents;
  readonly heard: readonly News[];
  /** Called with each news before it counts as heard; may throw. */
  onNews: (news: News) => void;
  /** Begins to follow, at a pace for tests but for what is given. */
  start(pace?: Partial<Pace>): void;
  /** Resolves when so many news of a kind were heard. */
  until<What extends News["what"]>(what: What, count?: number): Promise<Extract<News, { what: What }>[]>;
  /** Resolves when all five kinds are watched. */
  untilWatched(): Promise<void>;
  /** Gives the signal; resolves when following did. */
  stop(): Promise<void>;
}

/** The plurals of all kinds that are followed. */
export const ALL_KINDS = ["accessgrants", "clusterroles", "jobs", "serviceaccounts", "rolebindings"];
/** When every grant of these tests ends. */
export const GRANTS_END = Date.parse("2026-06-01T14:00:00Z");
const PACE: Pace = { relistMs: 60_000, quietMs: 60_000, backOffMs: 20, gatherMs: 20, calmMs: 20 };

/** Declares a follower and its API server of their own for each test of a file. */
export function useScriptedFollower(): ScriptedFollower {
  let current: ScriptedFollower | undefined;
  function now(): ScriptedFollower {
    if (current === undefined) throw new Error("made before each test: do not ask earlier");
    return current;
  }
  beforeEach(async () => {
    current = createScriptedFollower(await createScriptedApi());
  });
  afterEach(async () => {
    await now().stop();
    await now().api.close();
  });
  return {
    get api() {
      return now().api;
    },
    get events() {
      return now().events;
    },
    get heard() {
      return now().heard;
    },
    set onNews(onNews: (news: News) => void) {
      now().onNews = onNews;
    },
    start: (pace) => now().start(pace),
    until: (what, count) => now().until(what, count),
    untilWatched: () => now().untilWatched(),
    stop: () => now().stop(),
  };
}

function createScriptedFollower(api: ScriptedApi): ScriptedFollower {
  const [events, stopping, heard] = [createRecordedEvents(), new AbortController(), [] as News[]];
  const waiting = new Set<() => void>();
  let following: Promise<void> = Promise.resolve();
  const follower: ScriptedFollower = {
    ...{ api, events, heard, onNews: () => {} },
    start(pace = {}) {
      const hear = (news: News) => {
        follower.onNews(news);
        heard.push(news);
        for (const look of waiting) look();
      };
      following = followCluster(api.connection, stopping.signal, hear, events, { ...PACE, ...pace });
    },
    until<What extends News["what"]>(what: What, count = 1) {
      const isOne = (news: News): news is Extract<News, { what: What }> => news.what === what;
      return new Promise<Extract<News, { what: What }>[]>((resolve) => {
        const look = () => {
          const some = heard.filter(isOne);
          if (some.length >= count) resolve(some);
        };
        waiting.add(look);
        look();
      });
    },
    async untilWatched() {
      for (const plural of ALL_KINDS) await expect.poll(() => api.watching(plural), { interval: 5 }).toBe(1);
    },
    async stop() {
      stopping.abort();
      await following;
    },
  };
  return follower;
}

/** Takes a grant's id; returns the name of its objects. */
export function nameOf(id: string): string {
  return objects.objectName({ id, end: GRANTS_END });
}

/** Takes a grant's id; returns its AccessGrant as the API server has it. */
export function storedGrant(id: string): object {
  const wanted = objects.accessGrant({
    ...{ id, end: GRANTS_END, cluster: "prod", namespaces: ["payments"], request: "abcdefghij", grantee: "mia" },
    ...{ profile: "logs", role: "daypass-profile-logs", roleHash: "sha256:x" },
    decidedBy: { kind: "approval", people: ["ada"] },
  });
  const added = { uid: `u-${id}`, creationTimestamp: "2026-06-01T12:00:00Z", resourceVersion: "12" };
  return { ...wanted, metadata: { ...wanted.metadata, ...added } };
}

/** Takes an object's name; returns the line that says that it is gone. */
export function gone(name: string, resourceVersion = "12"): object {
  return { type: "DELETED", object: { metadata: { name, resourceVersion } } };
}
