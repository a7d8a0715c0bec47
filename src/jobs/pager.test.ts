import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPagerStage, KEY, type PagerStage, sampleDebt } from "../../test/fakes/pager-stage.ts";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { createPager } from "./pager.ts";

let stage: PagerStage;
beforeEach(async () => {
  stage = await createPagerStage();
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  expect(stage.receiver.misshapen).toEqual([]);
});

describe("what is overdue", () => {
  test("P7 · is paged once, however often it is told, with what on-call needs and nothing more", async () => {
    for (let i = 0; i < 5; i++) stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(1);
    stage.pager.overdue(sampleDebt("abcdefghij", { words: "prod is too busy" }));
    await stage.saidAll();

    expect(stage.said()).toEqual(["trigger abcdefghij", "trigger thelastone"]);
    expect(stage.receiver.posts[0]).toEqual({
      ...{ routing_key: KEY, event_action: "trigger", dedup_key: "daypass-overdue-abcdefghij", client: "Daypass" },
      payload: {
        summary:
          "Access on prod should have ended at 2026-06-01T12:00:00.000Z and has not: " +
          "prod does not answer (ECONNREFUSED). Pass abcdefghij",
        ...{ source: "prod", group: "prod", component: "daypass", class: "ending overdue", severity: "critical" },
        timestamp: "2026-06-01T12:01:00.000Z",
        custom_details: {
          ...{ grant: "abcdefghij", cluster: "prod", since: "2026-06-01T12:00:00.000Z" },
          words: "prod does not answer (ECONNREFUSED)",
        },
      },
    });
    expect(stage.events.happenings).toContainEqual({
      what: "on-call paged",
      fields: { grant: "abcdefghij", tries: 1 },
    });
  });

  test("P7 · is closed at the receiver when it has ended", async () => {
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(1);
    stage.pager.settled("abcdefghij");
    await stage.receiver.came(2);

    expect(stage.said()).toEqual(["trigger abcdefghij", "resolve abcdefghij"]);
    expect(stage.receiver.open()).toEqual([]);
    expect(stage.pager.debts()).toEqual([]);
  });

  test("and ends while its page is under way is closed right after", async () => {
    stage.receiver.answer(({ event_action: action }) => {
      if (action === "trigger") stage.pager.settled("abcdefghij");
      return null;
    });
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(2);

    expect(stage.said()).toEqual(["trigger abcdefghij", "resolve abcdefghij"]);
  });

  test("and was never overdue here, or was refused by the receiver, needs no closing", async () => {
    stage.receiver.answer(({ dedup_key: key }) => {
      if (!key.endsWith("refused")) return null;
      stage.pager.settled("refused");
      return { status: 400 };
    });
    stage.pager.settled("neverheard");
    stage.pager.overdue(sampleDebt("refused"));
    await stage.receiver.came(1);
    await stage.saidAll();

    expect(stage.said()).toEqual(["trigger refused", "trigger thelastone"]);
  });

  test("and overdue again is paged again", async () => {
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(1);
    stage.pager.settled("abcdefghij");
    await stage.receiver.came(2);
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(3);

    expect(stage.receiver.opened("daypass-overdue-abcdefghij")).toBe(2);
  });

  test("P4 · names no token that a cluster may have quoted, and no log line names the key or the address", async () => {
    stage.receiver.answer(() => (stage.receiver.posts.length === 1 ? { status: 401 } : null));
    stage.pager.overdue(sampleDebt("abcdefghij", { words: "prod said Bearer abc.def and eyJhbGciOi.eyJzdWIi.c2ln" }));
    await stage.receiver.came(2);

    expect(JSON.stringify(stage.receiver.posts)).not.toMatch(/abc\.def|eyJ/);
    expect(
      JSON.stringify([stage.events.happenings, stage.events.failures.map(({ what, cause }) => [what, String(cause)])]),
    ).not.toMatch(new RegExp(`${KEY}|enqueue`));
  });

  test("since a moment that no calendar holds is paged all the same", async () => {
    stage.pager.overdue(sampleDebt("abcdefghij", { since: Number.MAX_VALUE, words: "x".repeat(5_000) }));
    await stage.receiver.came(1);

    expect(stage.said()).toEqual(["trigger abcdefghij"]);
  });
});

describe("many debts", () => {
  const ids = Array.from({ length: 1_200 }, (_, i) => `grant${i}`);

  test("of more than a thousand on-call hears the number, in one page", async () => {
    for (const id of ids) stage.pager.overdue(sampleDebt(id));
    await stage.receiver.came(1_001);

    expect(stage.receiver.open()).toHaveLength(1_001);
    expect(stage.receiver.posts.at(-1)).toMatchObject({
      dedup_key: "daypass-overdue-many",
      payload: { summary: "1200 endings are overdue, too many to page one by one", source: "daypass" },
    });
    expect(stage.pager.debts()).toHaveLength(1_200);

    for (const id of ids.slice(0, 300)) stage.pager.settled(id);
    for (const id of ids.slice(300)) stage.pager.overdue(sampleDebt(id));
    await expect.poll(() => stage.receiver.open().length).toBe(900);
    expect(stage.receiver.open()).not.toContain("daypass-overdue-many");
    expect(stage.receiver.open()).toContain("daypass-overdue-grant1199");
  });

  test("of more than ten thousand no more are remembered, and a broken receiver keeps none of them", () => {
    stage.receiver.answer(() => ({ status: 503 }));
    for (let round = 0; round < 20; round++) {
      for (const id of ids) stage.pager.overdue(sampleDebt(`${id}r${round}`));
    }
    expect(stage.pager.debts()).toHaveLength(10_000);
    for (const { grant } of stage.pager.debts()) stage.pager.settled(grant);
    expect(stage.pager.debts()).toEqual([]);
  });
});

describe("a debt that another worker may have paid", () => {
  const asked: string[] = [];
  const ended = (answer: boolean) => async (grant: string) => {
    asked.push(grant);
    return answer;
  };
  beforeEach(() => {
    asked.length = 0;
  });

  test("is asked about once nobody here tries any more, and closed", async () => {
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(1);
    await stage.pager.review(ended(true));
    expect(asked).toEqual([]);

    stage.pass(60_000);
    await stage.pager.review(ended(false));
    expect(stage.pager.debts()).toHaveLength(1);
    await stage.pager.review(ended(true));
    await stage.receiver.came(2);

    expect(asked).toEqual(["abcdefghij", "abcdefghij"]);
    expect(stage.said()).toEqual(["trigger abcdefghij", "resolve abcdefghij"]);
  });

  test("stays while nobody can say", async () => {
    stage.pager.overdue(sampleDebt("abcdefghij"));
    stage.pass(60_000);
    await stage.pager.review(() => Promise.reject(new Error("the store does not answer")));

    expect(stage.pager.debts()).toHaveLength(1);
  });
});

describe("a pager", () => {
  test("without a receiver only counts", async () => {
    const counting = createPager({ page: null, now: Date.now, events: createRecordedEvents() });
    counting.overdue(sampleDebt("abcdefghij"));
    counting.overdue(sampleDebt("abcdefghij", { words: "later" }));
    expect(counting.debts()).toEqual([sampleDebt("abcdefghij", { words: "later" })]);
    counting.settled("abcdefghij");
    expect(counting.debts()).toEqual([]);
    await counting.close();
  });

  test("in real time tries again after half a second", async () => {
    const page = { url: stage.receiver.url, key: KEY };
    const real = createPager({ page, now: Date.now, events: createRecordedEvents() });
    stage.receiver.answer(() => (stage.receiver.posts.length === 1 ? { status: 500 } : null));
    real.overdue(sampleDebt("abcdefghij"));
    await stage.receiver.came(2);
    await real.close();

    expect(stage.receiver.open()).toEqual(["daypass-overdue-abcdefghij"]);
  });

  test("that is closed sends nothing more", async () => {
    await stage.pager.close();
    stage.pager.overdue(sampleDebt("abcdefghij"));
    await new Promise((resolve) => setImmediate(resolve));

    expect(stage.receiver.posts).toEqual([]);
  });
});
