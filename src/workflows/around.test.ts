import { describe, expect, test } from "vitest";
import { createMemoryFacts } from "../../test/fakes/memory-records.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_FACTS,
  SAMPLE_GRANTS,
  samplePolicy,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { lookAround, type Place, recentFacts } from "./around.ts";
import { emptyHistory, type History } from "./history.ts";
import type { Write } from "./ports.ts";

const LIMITED = { companies: { acme: { ...POLICY_INPUT.companies.acme, maxPasses: 3 } } };
const DEV = { ...SAMPLE_FACTS, cluster: "dev" };

interface Known {
  readonly history?: Partial<History>;
  readonly writes?: readonly Write["next"][];
  readonly place?: Partial<Place>;
}

const kindOf = (next: Write["next"]) => ("reasons" in next ? "history" : "grantee" in next ? "grant" : "request");

/** Takes what is known of mia, and what else is stored; returns what is around her, and the stores' own doings. */
async function look({ history = {}, writes = [], place = {} }: Known = {}) {
  const store = createMemoryStore();
  const all = [{ ...emptyHistory("mia"), version: 7, ...history }, ...writes];
  for (const next of all) {
    const write = { kind: kindOf(next), expected: null, next } as Write;
    expect(await store.commit({ writes: [write], tellings: [], rows: [] })).toBe("saved");
  }
  return lookAround(
    { store, facts: createMemoryFacts([SAMPLE_FACTS, DEV]) },
    {
      ...{ policy: samplePolicy(), asker: "mia", request: "asked", clusters: ["prod"], said: null },
      ...{ isDecided: false, now: NOON, ...place },
    },
  );
}

const grant = (id: string, changes: object = {}) => ({ ...SAMPLE_GRANTS.active, id, request: `of-${id}`, ...changes });
const request = (id: string, changes: object = {}) => ({ ...sampleRequest(), id, ...changes });

describe("of a person counts", () => {
  test("each pass that is not over, but for what the request itself has become", async () => {
    const writes = [grant("a"), { ...SAMPLE_GRANTS.ended, id: "b", request: "of-b" }, grant("c", { request: "asked" })];

    const { around, current, history } = await look({ history: { held: ["a", "b", "c", "lost"] }, writes });

    expect(around.held.map(({ id }) => id)).toEqual(["a"]);
    expect(current.held).toEqual(["a"]);
    expect(history.held).toEqual(["a", "b", "c", "lost"]);
  });

  test("each request that waits and whose time is not over, but for the one that is judged", async () => {
    const writes = [
      request("a"),
      request("b", { lapsesAt: NOON }),
      request("c", { state: "withdrawn", at: NOON }),
      request("asked"),
    ];

    const { around, current } = await look({ history: { open: ["a", "b", "c", "asked", "lost"] }, writes });

    expect(around.open.map(({ id }) => id)).toEqual(["a"]);
    expect(current.open).toEqual(["a"]);
  });

  test("each review that is owed, but for this request's own", async () => {
    const reviews = [
      { request: "asked", dueAt: NOON },
      { request: "other", dueAt: NOON },
    ];

    const { around, history } = await look({ history: { reviews } });

    expect(around.history?.reviews).toEqual([{ request: "other", dueAt: NOON }]);
    expect(history.reviews).toEqual(reviews);
  });

  test("how often the reason was given, where it is still to be judged", async () => {
    const history = { reasons: [{ said: "why", times: 4 }] };

    expect((await look({ history, place: { said: "why" } })).around.said).toBe(4);
    expect((await look({ history, place: { said: "other" } })).around.said).toBe(0);
    expect((await look({ history })).around.said).toBe(0);
  });
});

describe("facts are known", () => {
  test("of each cluster that is asked for, and of no other", async () => {
    const both = await look({ place: { clusters: ["prod", "dev"] } });
    const one = await look({ place: { clusters: ["dev"] } });

    expect([both.around.factsOf("prod")?.cluster, both.around.factsOf("dev")?.cluster]).toEqual(["prod", "dev"]);
    expect([one.around.factsOf("prod"), one.around.factsOf("dev")?.cluster]).toEqual([null, "dev"]);
  });

  test("also of those in which the person holds a pass: what they hold there may be separated from it", async () => {
    const { around } = await look({ history: { held: ["a"] }, writes: [grant("a", { cluster: "dev" })] });

    expect(around.factsOf("dev")?.cluster).toBe("dev");
  });
});

describe("of the asker's company", () => {
  const limited = { policy: samplePolicy(LIMITED) };

  test("each pass of its people counts, where the policy limits them, but for what the request has become", async () => {
    const writes = [
      grant("a"),
      grant("b", { grantee: "max" }),
      grant("c", { grantee: "ada" }),
      grant("d", { grantee: "somebody-who-left" }),
      grant("e", { grantee: "max", request: "asked" }),
      { ...emptyHistory("acme"), version: 3 },
    ];

    const { around, company } = await look({ writes, place: limited });

    expect(around.companyPasses).toBe(2);
    expect(company).toMatchObject({ id: "acme", version: 3 });
  });

  test("nothing is read where the policy does not limit it, for an employee, and for whom the policy does not list", async () => {
    const writes = [grant("a"), { ...emptyHistory("acme"), version: 3 }];
    const nothing = { company: null, around: { companyPasses: 0 } };

    expect(await look({ writes })).toMatchObject(nothing);
    expect(await look({ writes, place: { ...limited, asker: "ada" } })).toMatchObject(nothing);
    expect(await look({ writes, place: { ...limited, asker: "zoe" } })).toMatchObject(nothing);
  });

  test("nothing is read once the last yes was given: limits count until then", async () => {
    const writes = [grant("a"), { ...emptyHistory("acme"), version: 3 }];

    expect(await look({ writes, place: { ...limited, isDecided: true } })).toMatchObject({
      ...{ company: null, around: { companyPasses: 0 } },
    });
  });

  test("the record is read before the passes are counted, so that whoever lends in between is noticed", async () => {
    const store = createMemoryStore();
    const calls: string[] = [];
    const watched = {
      ...store,
      history: async (id: string) => {
        calls.push(id);
        return store.history(id);
      },
      live: async () => {
        calls.push("live");
        return store.live();
      },
    };
    const place = { ...limited, asker: "mia", request: "asked", clusters: [], said: null, isDecided: false, now: NOON };

    await lookAround({ store: watched, facts: createMemoryFacts([]) }, place);

    expect(calls).toEqual(["mia", "acme", "live"]);
  });
});

test("P6 · what was read of a cluster more than five minutes ago, or of a later time, is not known", async () => {
  const readAt = (ms: number) => ({ ...SAMPLE_FACTS, readAt: NOON + ms });

  for (const ms of [-300_000, 0, 300_000]) expect(recentFacts(readAt(ms), NOON)).toEqual(readAt(ms));
  for (const ms of [-300_001, 300_001]) expect(recentFacts(readAt(ms), NOON)).toBeNull();
  expect(recentFacts(null, NOON)).toBeNull();
});

test("P6 · of the clusters that are judged only what was read lately is known, of those of held passes what was last read", async () => {
  const writes = [grant("a", { cluster: "dev" })];
  const place = { now: NOON + 300_001 };

  const { around } = await look({ history: { held: ["a"] }, writes, place });

  expect(around.factsOf("prod")).toBeNull();
  expect(around.factsOf("dev")).toEqual(DEV);
});
