import { describe, expect, test } from "vitest";
import { createFakeDesk, type FakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn, MIA, SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { POLICY_INPUT, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { ask, decide, withdraw } from "./access.ts";
import { refuse } from "./refusal.ts";

const { people, rules } = POLICY_INPUT;
const NEW = "T0HOME/U0ANEW";
const anew = sampleRecord("mia", { slackKey: NEW });
const ANEW = { by: anew, seed: "view V2" };

/** Mia's id has another account from then on. */
function relink(desk: FakeDesk, changes: object = {}) {
  desk.setPolicy(samplePolicy({ people: { ...people, mia: { ...people.mia, slack: NEW } }, ...changes }));
}

async function askedBefore() {
  const desk = createFakeDesk();
  const former = await askFor(desk);
  return { desk, former };
}

describe("what another account asked for under the same id before", () => {
  test("is withdrawn at one stroke with the asking from the account that the policy links now", async () => {
    const { desk, former } = await askedBefore();
    relink(desk);
    const commits: number[] = [];
    const commit: FakeDesk["store"]["commit"] = (one) => {
      commits.push(one.writes.length);
      return desk.store.commit(one);
    };

    const request = await askFor({ ...desk, store: { ...desk.store, commit } }, ANEW);

    expect(commits).toEqual([3]);
    expect(await desk.store.request(former.id)).toMatchObject({ state: "withdrawn", version: 2, anew: request.id });
    expect(desk.store.rows.map(({ what, request: of, detail }) => [what, of, detail.anew])).toEqual([
      ["asked", former.id, undefined],
      ["withdrawn", former.id, request.id],
      ["asked", request.id, undefined],
    ]);
    const keys = desk.store.tellings.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining([`card-${former.id}-r2`, `progress-${former.id}-r2`]));
    expect(await decide(desk, clickOn(request, { asker: anew }))).toMatchObject({ state: "approved" });
  });

  test("is withdrawn as well where what is asked for anew needs nobody", async () => {
    const { desk, former } = await askedBefore();
    const auto = rules.map((rule) => ({ ...rule, autoApprove: true }));
    relink(desk, {
      rules: auto,
      groups: { ...POLICY_INPUT.groups, "on-call": { ...POLICY_INPUT.groups["on-call"], people: ["mia"] } },
    });

    expect(await ask(desk, { ...SAMPLE_ASK, ...ANEW })).toMatchObject({ state: "approved" });
    expect(await desk.store.request(former.id)).toMatchObject({ state: "withdrawn" });
  });

  test("is left as it is by asking for something else, and counts for no limit", async () => {
    const { desk, former } = await askedBefore();
    relink(desk, { limits: { openPerPerson: 1 } });

    const other = { ...ANEW, namespaces: ["ledger"] };
    expect(await askFor(desk, other)).toMatchObject({ state: "pending" });
    expect(await desk.store.request(former.id)).toEqual(former);
    const more = { ...SAMPLE_ASK, ...ANEW, namespaces: ["web"], duration: "30m", seed: "view V3" };
    expect(await ask(desk, more)).toMatchObject([{ refused: "tooManyOpen" }]);
  });

  test("stands against asking twice while the policy links no other account", async () => {
    const { desk, former } = await askedBefore();
    const refused = [refuse("alreadyOpen", { field: "namespaces", detail: former.id })];

    expect(await ask(desk, { ...SAMPLE_ASK, seed: "view V2" })).toEqual(refused);
    expect(await ask(desk, { ...SAMPLE_ASK, ...ANEW })).toEqual(refused);
    expect(await desk.store.request(former.id)).toEqual(former);
  });
});

describe("a request is taken back", () => {
  test("by no other account that has the id by now", async () => {
    const { desk, former } = await askedBefore();

    expect(await withdraw(desk, { by: anew, request: former.id })).toEqual(refuse("notYours"));
    expect(await desk.store.request(former.id)).toEqual(former);
  });

  test("by the account that asked, whatever its id is by now", async () => {
    const { desk, former } = await askedBefore();
    const renamed = sampleRecord("mia-c", { slackKey: MIA.slackKey });

    expect(await withdraw(desk, { by: renamed, request: former.id })).toMatchObject({ state: "withdrawn" });
    expect(await desk.store.request(former.id)).not.toHaveProperty("anew");
  });

  test("by who has the id where it is not known which account asked, and by no account that had the id before", async () => {
    const { desk, former } = await askedBefore();
    const { account: _, ...old } = { ...former, version: 2 };
    await desk.store.commit({ writes: [{ kind: "request", expected: 1, next: old }], tellings: [], rows: [] });

    const had = { ...MIA, isFormer: true } as const;
    expect(await withdraw(desk, { by: had, request: former.id })).toEqual(refuse("notYours"));
    expect(await withdraw(desk, { by: anew, request: former.id })).toMatchObject({ state: "withdrawn" });
  });
});
