import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import {
  ALL_KINDS,
  GRANTS_END,
  gone,
  nameOf,
  storedGrant,
  useScriptedFollower,
} from "../../test/fakes/scripted-follower.ts";

const follower = useScriptedFollower();

describe("it tells", () => {
  test("of many changes to one grant once, and of each grant", async () => {
    follower.start();
    await follower.untilWatched();

    for (const plural of ["accessgrants", "jobs", "serviceaccounts", "rolebindings"])
      follower.api.say(plural, gone(nameOf("onea")));
    follower.api.say("rolebindings", gone(nameOf("twoa")));

    expect((await follower.until("changed", 2)).map(({ grant }) => grant).sort()).toEqual(["onea", "twoa"]);
  });

  test("what is made, who may do what until when", async () => {
    follower.start();
    await follower.untilWatched();

    follower.api.say("accessgrants", { type: "ADDED", object: storedGrant("newa") });

    const [made] = await follower.until("made");
    expect(made).toMatchObject({ held: { id: "newa", end: GRANTS_END, grantee: "mia", role: "daypass-profile-logs" } });
  });

  test("of changes by hand, not of what controllers do to a timer, nor of what is made with a grant", async () => {
    follower.start();
    await follower.untilWatched();
    const changed = (type: string, id: string, generation = 1) => ({
      ...{ type, object: { metadata: { name: nameOf(id), resourceVersion: "12", generation } } },
    });

    for (const plural of ["jobs", "serviceaccounts", "rolebindings"])
      follower.api.say(plural, changed("ADDED", "madea"));
    follower.api.say("jobs", changed("MODIFIED", "completeda"));
    follower.api.say("rolebindings", gone("somebody-elses"));
    follower.api.say("jobs", changed("MODIFIED", "longera", 2));
    follower.api.say("rolebindings", changed("MODIFIED", "wideneda"));
    follower.api.say("accessgrants", changed("MODIFIED", "markeda"));

    expect((await follower.until("changed", 3)).map(({ grant }) => grant).sort()).toEqual([
      "longera",
      "markeda",
      "wideneda",
    ]);
  });

  test("on though who hears fails", async () => {
    follower.onNews = ({ what }) => {
      if (what === "list") throw new Error("not today");
    };

    follower.start();
    await follower.untilWatched();
    follower.api.say("rolebindings", gone(nameOf("onea")));

    await follower.until("changed");
    expect(follower.events.failures.map(({ what }) => what)).toEqual(["news of a cluster not heard"]);
  });
});

describe("after the signal it resolves and holds nothing open:", () => {
  test("in the middle of watching", async () => {
    follower.start();
    await follower.untilWatched();

    await follower.stop();

    for (const plural of ALL_KINDS) await expect.poll(() => follower.api.watching(plural), { interval: 5 }).toBe(0);
    expect(follower.events.failures).toEqual([]);
  });

  test("in the middle of a list that never comes, and of a pause", async () => {
    follower.api.fail = () => true;
    follower.start();
    await follower.api.untilAsked("accessgrants", "list", 1);

    await follower.stop();

    expect(follower.events.failures).toEqual([]);
    expect(follower.heard).toEqual([]);
  });

  test("in a pause that the cluster asked for", async () => {
    follower.api.fail = (_, response) => refuse(response, 429, { "retry-after": "60" });
    follower.start();
    await expect.poll(() => follower.events.failures, { interval: 5 }).toHaveLength(1);

    await follower.stop();

    expect(follower.heard).toEqual([]);
  });

  test("before it began", async () => {
    await follower.stop();

    follower.start();
    await follower.stop();

    expect(follower.api.asked).toEqual([]);
  });
});

function refuse(response: ServerResponse, code: number, headers: Record<string, string> = {}): true {
  response.writeHead(code, headers).end(JSON.stringify({ kind: "Status", message: "as the test wants it" }));
  return true;
}
