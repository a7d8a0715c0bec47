import { getGlobalDispatcher, ProxyAgent, setGlobalDispatcher } from "undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPageReceiver } from "../../test/fakes/page-receiver.ts";
import { createPagerStage, NOON, type PagerStage, sampleDebt } from "../../test/fakes/pager-stage.ts";

let stage: PagerStage;
beforeEach(async () => {
  stage = await createPagerStage();
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  expect(stage.receiver.misshapen).toEqual([]);
});

describe("a receiver in trouble", () => {
  test("P7 · is tried until it accepts, at most a minute apart", async () => {
    stage.receiver.answer(() => ({ status: stage.receiver.posts.length <= 12 ? 503 : 202 }));
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(13);
    await stage.saidAll();

    expect(stage.pauses).toHaveLength(12);
    expect(Math.max(...stage.pauses)).toBeLessThanOrEqual(60_000);
    expect(stage.pauses[0]).toBeLessThanOrEqual(500);
    expect(Math.min(...stage.pauses.slice(-3))).toBeGreaterThanOrEqual(45_000);
    expect(stage.receiver.opened("daypass-overdue-abcdefghij")).toBe(1);
  });

  test("is left alone as long as it asks, in seconds or until a moment, but not for ever", async () => {
    const asked = ["7200", "90", new Date(NOON + 60_000 + 120_000).toUTCString(), "soon"];
    stage.receiver.answer(() => {
      const retryAfter = asked[stage.receiver.posts.length - 1];
      return retryAfter === undefined ? null : { status: 429, headers: { "retry-after": retryAfter } };
    });
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(5);

    expect(stage.pauses.map(Math.round)).toEqual([600_000, 90_000, 120_000, expect.any(Number)]);
    expect(stage.pauses[3]).toBeLessThanOrEqual(4_000);
  });

  test("that breaks over one page still gets the others, and those to be closed", async () => {
    stage.receiver.answer(({ dedup_key: key }) => (key.endsWith("poison") ? { status: 500 } : null));
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(1);
    stage.pager.overdue(sampleDebt("poison"));
    await stage.receiver.came(4);
    stage.pager.overdue(sampleDebt("another"));
    stage.pager.settled("abcdefghij");
    await expect.poll(() => stage.receiver.open()).toEqual(["daypass-overdue-another"]);
  });

  test("that cannot be reached is tried again, and nothing needs closing if it never could", async () => {
    await stage.receiver[Symbol.asyncDispose]();
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await expect.poll(() => stage.events.failures.length).toBeGreaterThan(3);
    stage.pager.settled("abcdefghij");
    await stage.pager.close();

    expect(stage.events.failures[0]).toMatchObject({ what: "on-call not paged yet", cause: { code: "ECONNREFUSED" } });
    expect(new Set(stage.events.failures.map(({ what }) => what)).size).toBe(1);
    expect(stage.pager.debts()).toEqual([]);
  });

  test("that hangs is given 3 s; as it may have taken the page, it is told when that is over", async () => {
    stage.receiver.answer(() => (stage.receiver.posts.length === 1 ? "hang" : null));
    const startedAt = performance.now();
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(1);
    stage.pager.settled("abcdefghij");
    await stage.receiver.came(2);

    expect(performance.now() - startedAt).toBeGreaterThan(2_900);
    expect(performance.now() - startedAt).toBeLessThan(4_500);
    expect(stage.said()).toEqual(["trigger abcdefghij", "resolve abcdefghij"]);
  });

  test("whose answer has no end has accepted all the same", async () => {
    stage.receiver.answer(() => (stage.receiver.posts.length === 1 ? "halfway" : null));
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(1);
    stage.pager.overdue(sampleDebt("another"));
    await stage.receiver.came(2);

    expect(stage.said()).toEqual(["trigger abcdefghij", "trigger another"]);
    expect(stage.events.happenings).toContainEqual({
      what: "on-call paged",
      fields: { grant: "abcdefghij", tries: 1 },
    });
  });
});

describe("a receiver that refuses", () => {
  test.each([400, 401, 404, 410])("with %i is named in the log and tried again every minute", async (status) => {
    stage.receiver.answer(() => ({ status: stage.receiver.posts.length <= 3 ? status : 202 }));
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(4);

    expect(stage.pauses).toEqual([60_000, 60_000, 60_000]);
    expect(stage.events.failures[0]).toMatchObject({
      what: "on-call cannot be paged: mend DAYPASS_PAGE_URL or DAYPASS_PAGE_KEY",
      cause: { message: `the receiver refuses it (${status})` },
    });
  });

  test("one page still gets the others at once", async () => {
    stage.receiver.answer(({ dedup_key: key }) => (key.endsWith("refused") ? { status: 400 } : null));
    stage.pager.overdue(sampleDebt("refused"));
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(2);

    expect(stage.pauses).toEqual([]);
    expect(stage.receiver.open()).toEqual(["daypass-overdue-abcdefghij"]);
  });

  test("by pointing elsewhere is not followed: the key is for this one alone", async () => {
    await using elsewhere = await createPageReceiver();
    stage.receiver.answer(() => ({ status: 307, headers: { location: elsewhere.url } }));
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(2);

    expect(elsewhere.posts).toEqual([]);
    expect(stage.events.failures[0]).toMatchObject({
      cause: { message: "the receiver points elsewhere, and redirects are not followed (307)" },
    });
  });

  test("nothing hears of a proxy that the process was given", async () => {
    const before = getGlobalDispatcher();
    setGlobalDispatcher(new ProxyAgent("http://127.0.0.1:9"));
    try {
      stage.pager.overdue(sampleDebt("abcdefghij"));
      await stage.receiver.came(1);
    } finally {
      setGlobalDispatcher(before);
    }
    expect(stage.said()).toEqual(["trigger abcdefghij"]);
  });
});
