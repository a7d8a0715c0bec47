import type { App } from "@slack/bolt";
import { expect, test } from "vitest";
import { stageDirectory } from "../../test/fakes/directory-stage.ts";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { POLICY_INPUT, SAMPLE_GRANTS, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { confirmMany, registerEndMany } from "./end-many.ts";
import type { BotParts } from "./parts.ts";

const { mia, ...others } = POLICY_INPUT.people;
const OLGA = { user: "U0OLGA", team: null };
const ANEW = { ...mia, slack: "T0HOME/U0ANEW" };
/** Mia's account got a pass; her id has another account by now. */
const RELINKED = { ...others, mia: ANEW };
const HERS = { ...SAMPLE_GRANTS.active, account: "T0HOME/U0MIA" };
type Submit = (args: object) => Promise<void>;

/** Takes whom the policy links by now and what is held; returns what on-call, olga, names and submits. */
async function held(policyPeople: Record<string, unknown>, grants: readonly (typeof HERS)[]) {
  const policy = { people: policyPeople };
  const desk = createFakeDesk();
  desk.setPolicy(samplePolicy(policy));
  for (const next of grants) {
    await desk.store.commit({ writes: [{ kind: "grant", expected: null, next }], tellings: [], rows: [] });
  }
  const accounts = { U0OLGA: { id: "U0OLGA", team_id: "T0HOME" } };
  const { directory, log, people } = stageDirectory(accounts, { policy, store: desk.store });
  await people.save(sampleRecord("mia"));
  const submits: Submit[] = [];
  const app = { view: (_: string, submit: Submit) => submits.push(submit) };
  const parts = { desk, directory, log, progress: { follow: () => undefined } } as unknown as BotParts;
  registerEndMany(app as unknown as App, parts);
  const answers: string[] = [];
  return {
    ...{ desk, directory },
    named: async (user: string) => JSON.stringify(await confirmMany(parts, OLGA, user)),
    submitted: async (scope: string) => {
      await submits[0]?.({
        ack: async (answer: unknown) => void answers.push(JSON.stringify(answer)),
        body: { user: { id: "U0OLGA", team_id: "T0HOME" } },
        view: { private_metadata: scope, state: { values: {} } },
      });
      return answers.join();
    },
  };
}

test.each(["U0MIA", "U0ANEW"])(
  "P7 · on-call names a person by the account that asked, or by that of now: %s",
  async (user) => {
    const form = await (await held(RELINKED, [HERS])).named(user);

    expect(form).toContain("Ends 1 pass of 1 person");
    expect(form).toContain(`user:${user}`);
    expect(form).not.toContain("more than one name");
  },
);

test("who holds nothing is told apart", async () => {
  expect(await (await held(RELINKED, [HERS])).named("U0MAX")).toContain("no pass of that person that you may end");
});

test.each([
  ["mia has another account by now, and max has this one", { ...RELINKED, max: mia }, "max", "2 people"],
  ["mia is called mia-k in the policy by now", { ...others, "mia-k": mia }, "mia-k", "1 person"],
])("P7 · on-call who names an account ends all that it has, under two names: %s", async (_, people, other, count) => {
  const two = { ...HERS, id: "abcdefghijb", grantee: other };
  const bystanders = { ...HERS, id: "abcdefghijc", grantee: "ben", account: "T0HOME/U0BEN" };
  const { desk, named, submitted } = await held(people, [two, HERS, bystanders]);

  const form = await named("U0MIA");
  expect(form).toContain(`Ends 2 passes of ${count}.`);
  expect(form).toContain("more than one name");
  expect(await submitted("user:U0MIA")).toContain("Ending 2 passes");

  const states = await Promise.all([HERS, two, bystanders].map(async ({ id }) => (await desk.store.grant(id))?.state));
  expect(states).toEqual(["ending", "ending", "active"]);
});

test("P7 · the one who has an account's former id now keeps what they got with another account, where that one is named", async () => {
  const anew = { ...HERS, id: "abcdefghijb", account: "T0HOME/U0ANEW" };
  const { named } = await held(RELINKED, [HERS, anew]);

  expect(await named("U0MIA")).toContain("Ends 1 pass of 1 person");
  expect(await named("U0ANEW")).toContain("Ends 2 passes of 1 person");
});

test("where the store fails while holders are looked for, on-call reads that the click did not count, and how to end by hand", async () => {
  const { directory, submitted } = await held(RELINKED, [HERS]);
  Object.assign(directory, {
    slackUser: async () => {
      throw new StoreUnavailable("unknown", "away");
    },
  });

  expect(await submitted("user:U0MIA")).toMatch(/this click did not count.*kubectl delete accessgrant/);
});
