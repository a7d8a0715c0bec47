import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { ALL_KINDS, gone, nameOf, storedGrant, useScriptedFollower } from "../../test/fakes/scripted-follower.ts";

const follower = useScriptedFollower();

describe("it watches", () => {
  test("on from the newest version that it saw, a bookmark's too, when the connection breaks", async () => {
    follower.start();
    await follower.untilWatched();

    follower.api.say("rolebindings", { type: "BOOKMARK", object: { metadata: { resourceVersion: "77" } } });
    follower.api.say("rolebindings", gone(nameOf("seena"), "78"));
    await follower.until("changed");
    follower.api.say("rolebindings", { type: "BOOKMARK", object: { metadata: { resourceVersion: "79" } } });
    follower.api.say("rolebindings", gone(nameOf("latera"), "80"));
    await follower.until("changed", 2);
    follower.api.cut("rolebindings");
    await follower.api.untilAsked("rolebindings", "watch", 2);

    const watches = follower.api.asked.filter(({ plural, isWatch }) => plural === "rolebindings" && isWatch);
    expect(watches.map(({ query }) => query.get("resourceVersion"))).toEqual(["10", "80"]);
    expect(follower.heard.filter(({ what }) => what === "list")).toHaveLength(1);
    expect(follower.events.failures).toHaveLength(1);
  });

  test.each([500, 429, 401, 403])(
    "on though one kind is answered with %i, the others meanwhile, told once",
    async (code) => {
      let isWell = false;
      follower.api.fail = ({ plural, isWatch }, response) =>
        plural === "jobs" && isWatch && !isWell && refuse(response, code);

      follower.start();
      await follower.api.untilAsked("jobs", "watch", 3);
      follower.api.say("rolebindings", gone(nameOf("othera")));
      await follower.until("changed");
      isWell = true;
      await follower.untilWatched();
      follower.api.say("jobs", gone(nameOf("minea")));

      expect(await follower.until("changed", 2)).toEqual([
        ...[
          { what: "changed", grant: "othera" },
          { what: "changed", grant: "minea" },
        ],
      ]);
      expect(follower.heard.filter(({ what }) => what === "list")).toHaveLength(1);
      expect(follower.events.failures).toHaveLength(1);
    },
  );

  test("anew when it heard nothing for long, from where it was, which is no trouble", async () => {
    follower.start({ quietMs: 60 });
    await follower.untilWatched();

    await follower.api.untilAsked("serviceaccounts", "watch", 3);
    await expect.poll(() => follower.api.watching("serviceaccounts"), { interval: 5 }).toBe(1);

    expect(follower.events.failures).toEqual([]);
    expect(follower.heard).toHaveLength(1);
  });

  test("without a break while there are bookmarks", async () => {
    follower.start({ quietMs: 1_000 });
    await follower.untilWatched();

    const bookmark = { type: "BOOKMARK", object: { metadata: { resourceVersion: "11" } } };
    const bookmarks = setInterval(() => follower.api.say("jobs", bookmark), 100);
    await follower.api.untilAsked("serviceaccounts", "watch", 3);
    clearInterval(bookmarks);

    expect(follower.api.asked.filter(({ plural, isWatch }) => plural === "jobs" && isWatch)).toHaveLength(1);
  });

  test("and says so where nobody answers at all any more", async () => {
    follower.api.fail = ({ plural, isWatch }) => plural === "jobs" && isWatch;

    follower.start({ quietMs: 60 });
    await follower.api.untilAsked("jobs", "watch", 3);

    expect(follower.events.failures.map(({ cause }) => String(cause))).toEqual([
      expect.stringMatching(/prod does not answer \(silent for 0.06 s\)/),
    ]);
  });

  test("a quiet cluster without end: the deadlines of short calls do not hold", async () => {
    follower.start();
    await follower.untilWatched();

    // The dispatcher's are 3 s, which undici looks at once a second.
    setTimeout(() => follower.api.say("jobs", gone(nameOf("latea"))), 4_500);
    await follower.until("changed");

    expect(follower.api.asked.filter(({ isWatch }) => isWatch)).toHaveLength(ALL_KINDS.length);
  });

  test("on after a line that makes no sense", async () => {
    follower.start();
    await follower.untilWatched();

    follower.api.say("accessgrants", { type: "WHAT" });
    await follower.api.untilAsked("accessgrants", "watch", 2);
    await follower.untilWatched();
    follower.api.say("accessgrants", { type: "ADDED", object: storedGrant("newa") });

    await follower.until("made");
  });
});

function refuse(response: ServerResponse, code: number, headers: Record<string, string> = {}): true {
  response.writeHead(code, headers).end(JSON.stringify({ kind: "Status", message: "as the test wants it" }));
  return true;
}
