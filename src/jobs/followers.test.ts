import { afterEach, describe, expect, test, vi } from "vitest";
import type { News } from "../workflows/ports.ts";
import { startFollowers } from "./followers.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** What is still to be heeded after each news that is heard; nothing where it says nothing. */
function setUp(...owed: (readonly News[])[]) {
  const heard: string[] = [];
  const begun: { readonly cluster: string; stopped: boolean; say(news: News): void }[] = [];
  const follow = (cluster: string, say: (news: News) => void) => {
    const one = { cluster, stopped: false, say };
    begun.push(one);
    return {
      stop: async () => {
        one.stopped = true;
      },
    };
  };
  const followers = startFollowers({
    clusters: { ids: ["prod", "dev"], follow },
    hear: async (cluster, news) => {
      heard.push(`${cluster}: ${news.what === "changed" ? news.grant : news.what}${news.isAgain ? " again" : ""}`);
      return owed.shift() ?? [];
    },
  });
  return { followers, begun, heard };
}

test("every cluster is followed, and what it says is heard with its name", () => {
  const { begun, heard } = setUp();

  for (const { say } of begun) say({ what: "list", all: [] });

  expect(heard).toEqual(["prod: list", "dev: list"]);
});

test("P11 · begun again, the former following ends and each says anew what it holds", () => {
  const { followers, begun } = setUp();

  followers.again();

  expect(begun.map(({ cluster, stopped }) => [cluster, stopped])).toEqual([
    ["prod", true],
    ["dev", true],
    ["prod", false],
    ["dev", false],
  ]);
});

test("closed, nothing is followed any more", async () => {
  const { followers, begun } = setUp();

  await followers.close();

  expect(begun.every(({ stopped }) => stopped)).toBe(true);
});

describe("what could not be heeded", () => {
  const changed = (grant: string): News => ({ what: "changed", grant });

  test("P9 · is heard again every 5 s until it was heeded, so that a change is not lost with the store's outage", async () => {
    vi.useFakeTimers();
    const { begun, heard } = setUp([changed("a")], [changed("a")]);

    begun[0]?.say(changed("a"));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(heard).toEqual(["prod: a"]);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(heard).toEqual(["prod: a", "prod: a again", "prod: a again"]);
  });

  test("of a list is that alone which its hearer names", async () => {
    vi.useFakeTimers();
    const { begun, heard } = setUp([changed("a"), changed("b")]);

    begun[1]?.say({ what: "list", all: [] });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(heard).toEqual(["dev: list", "dev: a again", "dev: b again"]);
  });

  test("is heard no more where newer news of the same came, nor after the close", async () => {
    vi.useFakeTimers();
    const { followers, begun, heard } = setUp([changed("a")], [], [changed("b")]);

    begun[0]?.say(changed("a"));
    await vi.advanceTimersByTimeAsync(1_000);
    begun[0]?.say(changed("a"));
    await vi.advanceTimersByTimeAsync(1_000);
    begun[0]?.say(changed("b"));
    await followers.close();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(heard).toEqual(["prod: a", "prod: a", "prod: b"]);
  });
});
