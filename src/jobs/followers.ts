import type { Clusters, Following, News } from "../workflows/ports.ts";
import { within } from "./patience.ts";

const CLOSE_MS = 2_000;

export interface FollowerParts {
  readonly clusters: Pick<Clusters, "ids" | "follow">;
  /** Never rejects. */
  readonly hear: (cluster: string, news: News) => Promise<void>;
}

export interface Followers {
  /** Begins anew with all of them, so that each says at once what it holds. */
  again(): void;
  close(): Promise<void>;
}

/** Follows every cluster until it is closed, each by itself. */
export function startFollowers({ clusters, hear }: FollowerParts): Followers {
  const begin = (): Following[] =>
    clusters.ids.map((cluster) => clusters.follow(cluster, (news) => void hear(cluster, news)));
  let following = begin();
  const stop = () => Promise.all(following.map((one) => one.stop()));

  return {
    again: () => {
      void stop();
      following = begin();
    },
    close: async () => {
      await within(stop(), CLOSE_MS);
    },
  };
}
