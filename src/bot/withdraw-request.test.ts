import type { App } from "@slack/bolt";
import { expect, test } from "vitest";
import { stageDirectory } from "../../test/fakes/directory-stage.ts";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor } from "../../test/fakes/sample-asking.ts";
import { POLICY_INPUT, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import type { BotParts } from "./parts.ts";
import { registerWithdrawRequest } from "./withdraw-request.ts";

const { people } = POLICY_INPUT;
const inSlack = (id: string) => ({ id, team_id: "T0HOME" });
const ACCOUNTS = { U0MIA: inSlack("U0MIA"), U0ADA: inSlack("U0ADA") };
type Press = (args: object) => Promise<void>;

/** Mia has asked, and her id is another account's by now; returns what presses Withdraw, and says what was answered. */
async function asked(accounts: Record<string, object | "hangs"> = ACCOUNTS) {
  const desk = createFakeDesk();
  const request = await askFor(desk);
  const relinked = { people: { ...people, mia: { ...people.mia, slack: "T0HOME/U0ANEW" } } };
  desk.setPolicy(samplePolicy(relinked));
  const { directory, log, people: records } = stageDirectory(accounts, { policy: relinked, store: desk.store });
  const handlers: Press[] = [];
  const app = { action: (_: string, handler: Press) => handlers.push(handler) };
  const notifier = { freshenAsker: async () => undefined };
  registerWithdrawRequest(app as unknown as App, { desk, directory, log, notifier } as unknown as BotParts);
  const said: string[] = [];
  return {
    ...{ desk, request, said, records },
    press: async (user: string) =>
      handlers[0]?.({
        body: { user: inSlack(user), actions: [{ type: "button", value: request.id }] },
        ack: async () => undefined,
        respond: async ({ text }: { text: string }) => void said.push(text),
      }),
  };
}

test("the account that asked takes its request back, though its id is another account's by now", async () => {
  const { desk, request, said, press } = await asked();

  await press("U0MIA");

  expect(said).toEqual([]);
  expect(await desk.store.request(request.id)).toMatchObject({ state: "withdrawn" });
});

test("somebody else takes back nothing, and is told so", async () => {
  const { desk, request, said, press } = await asked();

  await press("U0ADA");
  await press("U0NOBODY");

  expect(said).toEqual([expect.stringContaining("not yours"), expect.stringContaining("don't know you")]);
  expect(await desk.store.request(request.id)).toEqual(request);
});

test("P7 · while Slack hangs, who asked takes it back all the same, by what was last stored of them", async () => {
  const { desk, request, said, records, press } = await asked({ U0MIA: "hangs" });
  await records.save(sampleRecord("mia"));

  await press("U0MIA");

  expect(said).toEqual([]);
  expect(await desk.store.request(request.id)).toMatchObject({ state: "withdrawn" });
});

test("of whom nothing is stored while Slack hangs is told that it is Slack, and that nothing was taken back", async () => {
  const { desk, request, said, press } = await asked({ U0MIA: "hangs" });

  await press("U0MIA");

  expect(said).toEqual([expect.stringMatching(/Slack did not say in time who you are.*nothing was taken back/)]);
  expect(await desk.store.request(request.id)).toEqual(request);
});
