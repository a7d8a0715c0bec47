import { expect, test } from "vitest";
import type { News } from "../workflows/ports.ts";
import { startFollowers } from "./followers.ts";

function setUp() {
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
    hear: async (cluster, news) => void heard.push(`${cluster}: ${news.what}`),
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
