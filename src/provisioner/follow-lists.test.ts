import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { Asked } from "../../test/fakes/scripted-api.ts";
import { ALL_KINDS, storedGrant, useScriptedFollower } from "../../test/fakes/scripted-follower.ts";

const follower = useScriptedFollower();

const ROLE_CHANGED = {
  type: "MODIFIED",
  object: { metadata: { name: "daypass-profile-logs", resourceVersion: "11" } },
};
const THREAD_LOST = { type: "ERROR", object: { kind: "Status", code: 410, message: "too old" } };

describe("it lists", () => {
  test("page by page, with metadata alone where that will do, and watches on from where each list stood", async () => {
    follower.api.items.set(
      "accessgrants",
      Array.from({ length: 1_100 }, (_, i) => storedGrant(`grant${i}a`)),
    );

    follower.start();
    const [list] = await follower.until("list");
    await follower.untilWatched();

    expect(list).toMatchObject({ all: expect.objectContaining({ length: 1_100 }) });
    const of = (isWatch: boolean, plural: string) =>
      follower.api.asked.filter((one) => one.isWatch === isWatch && one.plural === plural);
    expect(of(false, "accessgrants").map(({ query }) => query.get("continue"))).toEqual([null, "500", "1000"]);
    expect(of(false, "jobs")[0]?.accept).toMatch(/^application\/json;as=PartialObjectMetadataList;/);
    expect(of(false, "serviceaccounts")[0]?.accept).toMatch(/^application\/json;as=PartialObjectMetadataList;/);
    expect(of(true, "rolebindings")[0]?.accept).toMatch(/^application\/json;as=PartialObjectMetadata;/);
    expect(of(true, "accessgrants")[0]?.accept).toBe("application/json");
    expect(of(true, "rolebindings")[0]?.query.get("labelSelector")).toBe("app.kubernetes.io/managed-by=daypass");
    for (const plural of ALL_KINDS) {
      expect(Object.fromEntries(of(true, plural)[0]?.query ?? [])).toMatchObject({
        ...{ allowWatchBookmarks: "true", resourceVersion: "10" },
      });
    }
  });

  test("again when it is time, without a word of trouble", async () => {
    follower.start({ relistMs: 30 });

    await follower.until("list", 3);

    expect(follower.events.failures).toEqual([]);
  });

  test("again when a role of the catalogue changes, and for no other role", async () => {
    follower.start();
    await follower.untilWatched();

    follower.api.say("clusterroles", {
      type: "MODIFIED",
      object: { metadata: { name: "view", resourceVersion: "11" } },
    });
    follower.api.say("clusterroles", {
      type: "DELETED",
      object: { metadata: { name: "daypass-profile-logs" } },
    });

    await follower.until("list", 2);
    await follower.untilWatched();
    expect(follower.heard).toHaveLength(2);
  });

  test("P9 · again as soon after a role's fifth change in a row as after its first", async () => {
    follower.start({ backOffMs: 15_000 });
    const waits: number[] = [];

    for (let changes = 1; changes <= 5; changes++) {
      await follower.untilWatched();
      const at = performance.now();
      follower.api.say("clusterroles", ROLE_CHANGED);
      await follower.until("list", changes + 1);
      waits.push(performance.now() - at);
    }

    // Pauses that grow would be 8 s by now.
    expect(Math.max(...waits)).toBeLessThan(2_000);
  });

  test("P9 · again soon after a role's change, though the thread is lost before it is calm, as it was before", async () => {
    follower.api.fail = ({ plural, isWatch }, response, which) =>
      plural === "jobs" && isWatch && which < 3 && refuse(response, 410);
    follower.start({ calmMs: 200, backOffMs: 15_000 });
    await follower.until("list", 4);
    await follower.untilWatched();
    const at = performance.now();

    follower.api.say("clusterroles", ROLE_CHANGED);
    follower.api.say("clusterroles", THREAD_LOST);
    await follower.until("list", 5);

    // The pause after a fourth lost thread is 2 s at least.
    expect(performance.now() - at).toBeLessThan(1_500);
  });

  test("P9 · soon after trouble that follows a role's change, where there was none for long before it", async () => {
    follower.api.fail = ({ plural, isWatch }, response, which) =>
      plural === "jobs" && isWatch && which < 2 && refuse(response, 410);
    follower.start({ backOffMs: 1_000 });
    await follower.until("list", 3);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await follower.untilWatched();
    follower.api.say("clusterroles", ROLE_CHANGED);
    await follower.until("list", 4);
    await follower.untilWatched();
    const at = performance.now();

    follower.api.say("clusterroles", THREAD_LOST);
    await follower.until("list", 5);

    // The pause after a third trouble in a row is 0.5 s at least.
    expect(performance.now() - at).toBeLessThan(450);
  });

  test("P9 · again and again soon while the list that a role's change needs is told 410", async () => {
    follower.api.fail = ({ plural, isWatch }, response, which) =>
      plural === "jobs" && !isWatch && which >= 1 && which <= 5 && refuse(response, 410);
    follower.start({ calmMs: 200, backOffMs: 15_000 });
    await follower.untilWatched();
    const at = performance.now();

    follower.api.say("clusterroles", ROLE_CHANGED);
    await follower.until("list", 2);

    // Pauses that grow as after any trouble would be 3.8 s at least.
    expect(performance.now() - at).toBeLessThan(2_500);
  });

  test.each<[string, (asked: Asked, response: ServerResponse) => boolean]>([
    ["is refused", ({ plural, isWatch }, response) => plural === "jobs" && isWatch && refuse(response, 410)],
    [
      "is told so in the middle",
      ({ plural, isWatch }, response) => {
        if (plural !== "jobs" || !isWatch) return false;
        response.writeHead(200).end('{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}}\n');
        return true;
      },
    ],
  ])("again when a watch %s because its place is forgotten (410), and that is no trouble", async (_, fail) => {
    follower.api.fail = (asked, response, which) => which === 0 && fail(asked, response);

    follower.start();

    await follower.until("list", 2);
    await follower.untilWatched();
    expect(follower.events.failures).toEqual([]);
  });

  test.each([500, 503, 429, 401, 403, 404])(
    "again and again while the answer is %i, which is told once",
    async (code) => {
      follower.api.fail = ({ plural }, response, which) =>
        plural === "rolebindings" && which < 3 && refuse(response, code);

      follower.start();

      await follower.until("list");
      expect(follower.events.failures.map(({ what }) => what)).toEqual(["cluster not followed"]);
      expect(follower.api.asked.filter(({ plural, isWatch }) => plural === "rolebindings" && !isWatch)).toHaveLength(4);
    },
  );

  test("again when an answer breaks off or is no JSON", async () => {
    follower.api.fail = ({ plural }, response, which) => {
      if (plural !== "accessgrants" || which > 1) return false;
      response.writeHead(200);
      if (which === 0) response.end("<html>");
      else response.write('{"metadata":', () => response.destroy());
      return true;
    };

    follower.start();

    await follower.until("list");
    expect(follower.events.failures).toHaveLength(2);
  });

  test("no sooner than a cluster that is too busy asked for", async () => {
    follower.api.fail = (_, response, which) => which === 0 && refuse(response, 429, { "retry-after": "1" });
    const beganAt = performance.now();

    follower.start();
    await follower.api.untilAsked("accessgrants", "list", 2);

    expect(performance.now() - beganAt).toBeGreaterThan(990);
  });
});

function refuse(response: ServerResponse, code: number, headers: Record<string, string> = {}): true {
  response.writeHead(code, headers).end(JSON.stringify({ kind: "Status", message: "as the test wants it" }));
  return true;
}
