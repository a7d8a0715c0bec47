import { describe, expect, test } from "vitest";
import type { Following, News } from "../../src/workflows/ports.ts";
import { setStage } from "./memory-stage.ts";

describe("Kubernetes in memory, followed", () => {
  test("a list in many pages is of one moment, and begins anew where that was forgotten", async () => {
    const { clusters, grant, server, calls, fates, trouble } = await setStage({ pageSize: () => 1 });
    const others = ["b", "c"].map((letter) => ({ ...grant, id: `${letter}bcdefghija` }));
    for (const one of [grant, ...others]) await clusters.make(one);
    let pages = 0;
    fates.next = ({ what }) => {
      if (what !== "LIST accessgrants" || ++pages !== 2) return null;
      server.openNamespace("more");
      server.store.history.compact();
      return null;
    };
    await clusters.cut(others[1] ?? grant);

    const { news, stop } = followed(clusters.follow, "prod");
    await expect.poll(() => news.length).toBe(1);
    await stop();

    const [list] = news;
    expect(list?.what === "list" && list.all.map(({ damage }) => damage?.words)).toEqual([
      ...[undefined, undefined, "the RoleBinding in payments was removed by hand"],
    ]);
    expect(trouble).toMatchObject([{ message: expect.stringContaining("could not list AccessGrants (410)") }]);
    expect(calls.filter((what) => what === "LIST accessgrants")).toHaveLength(2 + 3);
  });

  test("a watch that breaks, or whose line is lost, goes on where it was", async () => {
    const { clusters, grant, server, fates } = await setStage();
    const { news, stop } = followed(clusters.follow, "prod");
    await expect.poll(() => news.length).toBe(1);
    let lost = 0;
    fates.next = ({ what }) => (what.startsWith("EVENT accessgrants ADDED") && lost++ === 0 ? "lost before" : null);

    server.breakWatches();
    const later = { ...grant, id: "bbcdefghija" };
    await clusters.make(grant);
    await clusters.make(later);

    const made = () => news.flatMap((one) => (one.what === "made" ? [one.held.id] : []));
    await expect.poll(made, { timeout: 5_000 }).toEqual([grant.id, later.id]);
    expect(lost).toBe(3);
    await stop();
  });

  test("a watch whose line never comes is silent, and stops when it is told to", async () => {
    const { clusters, grant, fates, calls } = await setStage();
    const { news, stop } = followed(clusters.follow, "prod");
    await expect.poll(() => news.length).toBe(1);
    fates.next = ({ what }) => (what.startsWith("EVENT accessgrants") ? "never" : null);

    await clusters.make(grant);
    await expect.poll(() => calls.some((what) => what.startsWith("EVENT accessgrants"))).toBe(true);
    await stop();

    expect(news).toHaveLength(1);
  });
});

/** Takes how to follow; returns what is heard, as it comes. */
function followed(follow: (cluster: string, hear: (news: News) => void) => Following, cluster: string) {
  const news: News[] = [];
  const following = follow(cluster, (one) => void news.push(one));
  return { news, stop: () => following.stop() };
}
