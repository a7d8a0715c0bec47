import { describe, expect, test } from "vitest";
import { approveOn, createFakeBench, loadGrant, refreshPeople } from "../../test/fakes/fake-bench.ts";
import { askFor, clickOn } from "../../test/fakes/sample-asking.ts";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_FACTS,
  samplePolicy,
  sampleRecord,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { decide } from "./access.ts";
import type { Bench } from "./bench.ts";
import { makeGrant } from "./make-grant.ts";
import { reconcile } from "./reconcile.ts";
import { NotYet } from "./trouble.ts";

const { people } = POLICY_INPUT;

const NOT_ALLOWED = { type: "end", ending: { why: "notAllowedAnyMore", by: null, words: null, since: NOON } };

/** Takes what differs from the bench on which ada approved mia's request; tries to make the grant. */
async function makeOn(changes: (bench: ReturnType<typeof createFakeBench>) => Partial<Bench>) {
  const bench = createFakeBench();
  const grant = await approveOn(bench);
  const made = makeGrant({ ...bench, ...changes(bench) }, grant, NOON);
  return { made, bench };
}

test("P6 · nothing is made for a request that was lost, or is not approved", async () => {
  for (const request of [null, { ...sampleRequest(), id: "asked" }]) {
    const { made, bench } = await makeOn(({ store }) => ({ store: { ...store, request: async () => request } }));

    expect(await made).toEqual(NOT_ALLOWED);
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  }
});

test("P6 · nothing is made while the policy cannot be read, and it is said why", async () => {
  const { made, bench } = await makeOn(() => ({ policy: { current: () => null } }));

  await expect(made).rejects.toThrow(new NotYet("the policy cannot be read: nothing is granted until it can"));
  expect(bench.clusters.cluster("prod").grants.size).toBe(0);
});

test.each(["mia", "ada"])(
  "P6 · nothing is made before %s was read from Slack lately, and it is said so",
  async (who) => {
    for (const readAt of [null, NOON - 300_001]) {
      const { made, bench } = await makeOn(({ people }) => ({
        people: {
          ...people,
          record: async (id: string) => {
            const record = await people.record(id);
            if (id !== who) return record;
            return readAt === null || record === null ? null : { ...record, readAt };
          },
        },
      }));

      await expect(made).rejects.toThrow(new NotYet(`the bot has not read ${who} from Slack lately`));
      expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    }
  },
);

test("what is made while its record is lost is left to whoever finds the record gone: it is not taken back", async () => {
  const { made, bench } = await makeOn(({ store }) => ({ store: { ...store, grant: async () => null } }));

  expect(await made).toMatchObject({ type: "proven" });
  expect(bench.clusters.cluster("prod").grants.size).toBe(1);
});

test("P12 · making one reads nobody else's passes: limits counted with the last yes", async () => {
  const { made } = await makeOn((bench) => {
    const live = async () => {
      throw new Error("everybody's passes were read");
    };
    const policy = bench.policy.current();
    if (policy === null) throw new Error("no policy");
    const acme = { ...policy.policy.companies.acme, maxPasses: 1 };
    const limited = { ...policy, policy: { ...policy.policy, companies: { acme } } };
    return { store: { ...bench.store, live }, policy: { current: () => limited as typeof policy } };
  });

  expect(await made).toMatchObject({ type: "proven" });
});

describe("P6 · what was decided waits while people's records are of accounts that the policy links no more", () => {
  test.each([
    ["mia", { by: "asker" }],
    ["ada", { by: "by" }],
  ] as const)("of %s: nothing is made, nothing ends, and it is said why; then it is made", async (who, { by }) => {
    const bench = createFakeBench();
    const anew = sampleRecord(who, { slackKey: "T0HOME/U0ANEW" });
    const { [who]: moved } = people;
    bench.setPolicy(samplePolicy({ people: { ...people, [who]: { ...moved, slack: anew.slackKey } } }));
    const request = await askFor(bench, who === "mia" ? { by: anew } : {});
    await decide(bench, clickOn(request, { [by]: anew }));
    const ref = { kind: "grant", id: `${request.id}a` } as const;
    const words = `the bot has not read ${who} from Slack under their present account yet`;

    await refreshPeople(bench);
    await expect(reconcile(bench, ref)).rejects.toThrow(new NotYet(words));
    expect(await loadGrant(bench, ref.id)).toMatchObject({ state: "making", trouble: words });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    await bench.people.save(anew);
    await reconcile(bench, ref);
    expect(await loadGrant(bench, ref.id)).toMatchObject({ state: "active" });
  });

  test.each(["mia", "ada"] as const)(
    "and does not wait for %s, whom the policy lists no more: it ends",
    async (who) => {
      const bench = createFakeBench();
      const { id } = await approveOn(bench);
      const { [who]: _, ...rest } = people;
      const groups = { ...POLICY_INPUT.groups };
      groups["payments-approvers"] = { ...groups["payments-approvers"], people: ["ben"] };
      bench.setPolicy(samplePolicy({ people: rest, groups }));
      await reconcile(bench, { kind: "grant", id });

      expect(await loadGrant(bench, id)).toMatchObject({
        state: "ended",
        ending: { why: "notAllowedAnyMore", words: null },
      });
    },
  );

  test("and ends with these words where that lasts", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    bench.setPolicy(samplePolicy({ people: { ...people, mia: { ...people.mia, slack: "T0HOME/U0ANEW" } } }));
    await refreshPeople(bench);
    await expect(reconcile(bench, { kind: "grant", id })).rejects.toThrow(NotYet);

    bench.clock.advance(30 * 60_000);
    await reconcile(bench, { kind: "grant", id });

    const words = "the bot has not read mia from Slack under their present account yet";
    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", activeAt: null, ending: { words } });
  });
});

describe("P6 · what was decided waits while the bot has not asked about a user group that the policy names by now", () => {
  const groups = {
    ...POLICY_INPUT.groups,
    suspended: { name: "suspended", channel: "C0SEC", people: [], slackGroups: ["S0SUSP"] },
  };
  const denials = [{ name: "suspended", why: "Under review", who: ["suspended"] }];
  const SHOWN = { askedGroups: ["S0SUSP"] };

  /** Returns a bench on which a grant was approved before its policy named the group. */
  async function approvedBefore() {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    bench.setPolicy(samplePolicy({ groups, denials }));
    return { bench, id };
  }

  test.each(["mia", "ada"])(
    "of %s: nothing is made, nothing ends, and it is said why; then it is made",
    async (who) => {
      const { bench, id } = await approvedBefore();
      const words = `the bot has not read from Slack yet whether ${who} is in the user group S0SUSP`;
      for (const person of ["mia", "ada"]) await bench.people.save(sampleRecord(person, person === who ? {} : SHOWN));

      await expect(reconcile(bench, { kind: "grant", id })).rejects.toThrow(new NotYet(words));
      expect(await loadGrant(bench, id)).toMatchObject({ state: "making", trouble: words });
      expect(bench.clusters.cluster("prod").grants.size).toBe(0);
      await bench.people.save(sampleRecord(who, SHOWN));
      await reconcile(bench, { kind: "grant", id });
      expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
    },
  );

  test("and ends where Slack says that they are in it, or would not show it", async () => {
    for (const told of [{ slackGroups: ["S0SUSP"] }, { unreadGroups: ["S0SUSP"] }]) {
      const { bench, id } = await approvedBefore();
      for (const person of ["mia", "ada"]) await bench.people.save(sampleRecord(person, { ...SHOWN, ...told }));

      await reconcile(bench, { kind: "grant", id });

      expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", ending: { why: "notAllowedAnyMore" } });
      expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    }
  });

  test("and waits for who was read before that was written down", async () => {
    const { askedGroups: _, ...old } = sampleRecord("mia");
    const { bench, id } = await approvedBefore();
    for (const record of [sampleRecord("ada", SHOWN), old]) await bench.people.save(record);

    await expect(reconcile(bench, { kind: "grant", id })).rejects.toThrow(NotYet);
  });

  test("and for nobody by a policy that names none", async () => {
    const { askedGroups: _, ...old } = sampleRecord("mia");
    const { bench, id } = await approvedBefore();
    bench.setPolicy(samplePolicy());
    await bench.people.save(old);

    await reconcile(bench, { kind: "grant", id });

    expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
  });
});

test("P6 · what was decided waits while its cluster was not read for five minutes, and it is said so; then it is made", async () => {
  for (const age of [300_001, -300_001]) {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    const words = "prod answers, but nobody has read lately what it allows: the worker's log says why";

    await bench.facts.publish({ ...SAMPLE_FACTS, readAt: NOON - age });
    await expect(reconcile(bench, { kind: "grant", id })).rejects.toThrow(new NotYet(words));
    expect(await loadGrant(bench, id)).toMatchObject({ state: "making", trouble: words });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    await bench.facts.publish({ ...SAMPLE_FACTS, readAt: NOON - Math.sign(age) * 300_000 });
    await reconcile(bench, { kind: "grant", id });
    expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
  }
});

test("P12 · what was decided waits while the worker may not read its namespace, and it is said which; then it is made", async () => {
  const bench = createFakeBench();
  const { id } = await approveOn(bench);
  const words =
    "the worker may not read the labels of payments on prod, so nobody knows what the policy says of it: whoever runs the " +
    "cluster must let it";
  const facts = { ...SAMPLE_FACTS, namespaces: ["ledger", "web"], unread: ["payments"] };

  await bench.facts.publish(facts);
  await expect(reconcile(bench, { kind: "grant", id })).rejects.toThrow(new NotYet(words));
  expect(await loadGrant(bench, id)).toMatchObject({ state: "making", trouble: words });
  expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  bench.clusters.cluster("prod").silent = true;
  await expect(reconcile(bench, { kind: "grant", id })).rejects.toThrow("prod does not answer");
  bench.clusters.cluster("prod").silent = false;
  await bench.facts.publish(SAMPLE_FACTS);
  await reconcile(bench, { kind: "grant", id });

  expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
});

test("P3 · a silent cluster is called silent for as long as the yes is kept, and after that: not for want of a reading", async () => {
  const bench = createFakeBench();
  const { id } = await approveOn(bench);
  await bench.facts.publish({ ...SAMPLE_FACTS, readAt: NOON - 20_000 });
  bench.clusters.cluster("prod").silent = true;
  const said = new Set<string | null>();

  for (let seconds = 0; seconds < 1_800; seconds += 15) {
    bench.clock.set(NOON + seconds * 1_000);
    await refreshPeople(bench);
    await expect(reconcile(bench, { kind: "grant", id })).rejects.toThrow("prod does not answer");
    const grant = await loadGrant(bench, id);
    if (grant.state === "making") said.add(grant.trouble);
  }
  bench.clusters.cluster("prod").silent = false;
  bench.clock.set(NOON + 1_800_000);
  await reconcile(bench, { kind: "grant", id });

  expect([...said]).toEqual(["prod does not answer"]);
  expect(await loadGrant(bench, id)).toMatchObject({
    ...{ state: "ended", ending: { why: "clusterSilent", words: "prod does not answer" } },
  });
});
