import type { Clusters, Following, News } from "../workflows/ports.ts";
import { someAtOnce } from "../workflows/some-at-once.ts";
import { within } from "./patience.ts";

const CLOSE_MS = 2_000;
/** From news that could not be heeded to the next try: the store that was away is asked in vain that often. */
const AGAIN_MS = 5_000;
const AT_ONCE = 50;

export interface FollowerParts {
  readonly clusters: Pick<Clusters, "ids" | "follow">;
  /** Returns what is still to be heeded; never rejects. */
  readonly hear: (cluster: string, news: News) => Promise<readonly News[]>;
}

export interface Followers {
  /** Begins anew with all of them, so that each says at once what it holds. */
  again(): void;
  close(): Promise<void>;
}

/** Follows every cluster until it is closed, each by itself. What could not be heeded is heard again until it is. */
export function startFollowers({ clusters, hear }: FollowerParts): Followers {
  const followed = clusters.ids.map((cluster) => ({ cluster, ear: openEar((news) => hear(cluster, news)) }));
  const begin = (): Following[] => followed.map(({ cluster, ear }) => clusters.follow(cluster, ear.hear));
  let following = begin();
  const stop = () => Promise.all(following.map((one) => one.stop()));

  return {
    again: () => {
      void stop();
      following = begin();
    },
    close: async () => {
      for (const { ear } of followed) ear.close();
      await within(stop(), CLOSE_MS);
    },
  };
}

/** Takes what heeds one cluster's news; returns what has it heed them at once, and again what could not be heeded. */
function openEar(heed: (news: News) => Promise<readonly News[]>): { hear(news: News): void; close(): void } {
  /** By what they are about: later news of the same replaces them. */
  const owed = new Map<string, News>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  async function hear(news: News): Promise<void> {
    for (const left of await heed(news)) owed.set(keyOf(left), left);
    if (owed.size > 0 && !isClosed) timer ??= setTimeout(hearAgain, AGAIN_MS);
  }
  function hearAgain(): void {
    timer = null;
    const taken = [...owed.values()];
    owed.clear();
    void someAtOnce(taken, AT_ONCE, (news) => hear({ ...news, isAgain: true }));
  }
  return {
    hear(news) {
      owed.delete(keyOf(news));
      void hear(news);
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function keyOf(news: News): string {
  if (news.what === "list") return news.what;
  return `${news.what} ${news.what === "made" ? news.held.id : news.grant}`;
}
