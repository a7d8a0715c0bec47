import { expect, test } from "vitest";
import { stageDirectory } from "../../test/fakes/directory-stage.ts";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { POLICY_INPUT, SAMPLE_GRANTS, samplePolicy } from "../../test/fakes/samples.ts";
import { confirmMany } from "./end-many.ts";
import type { BotParts } from "./parts.ts";

const { people } = POLICY_INPUT;
const OLGA = { user: "U0OLGA", team: null };

/** Mia's account got a pass; her id has another account by now. Returns what on-call sees who names that user. */
async function named(user: string) {
  const relinked = { people: { ...people, mia: { ...people.mia, slack: "T0HOME/U0ANEW" } } };
  const desk = createFakeDesk();
  desk.setPolicy(samplePolicy(relinked));
  const next = { ...SAMPLE_GRANTS.active, account: "T0HOME/U0MIA" };
  await desk.store.commit({ writes: [{ kind: "grant", expected: null, next }], tellings: [], rows: [] });
  const accounts = { U0OLGA: { id: "U0OLGA", team_id: "T0HOME" } };
  const { directory, log } = stageDirectory(accounts, { policy: relinked, store: desk.store });
  return JSON.stringify(await confirmMany({ desk, directory, log } as unknown as BotParts, OLGA, user));
}

test.each(["U0MIA", "U0ANEW"])(
  "P7 · on-call names a person by the account that asked, or by that of now: %s",
  async (user) => {
    const form = await named(user);

    expect(form).toContain("Ends 1 pass of 1 person");
    expect(form).toContain("person:mia");
  },
);

test("who holds nothing is told apart", async () => {
  expect(await named("U0MAX")).toContain("no pass of that person that you may end");
});
