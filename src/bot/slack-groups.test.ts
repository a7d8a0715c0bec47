import { WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";
import { describe, expect, test } from "vitest";
import { stageDirectory } from "../../test/fakes/directory-stage.ts";
import { NOON, POLICY_INPUT, sampleRecord, sampleRequest } from "../../test/fakes/samples.ts";

const MEMBER = { id: "U0MIA", team_id: "T0HOME" };
const MIA = { user: "U0MIA", team: "T0HOME" };

describe("which user groups somebody is in", () => {
  const grouped = {
    groups: {
      ...POLICY_INPUT.groups,
      "payments-approvers": { ...POLICY_INPUT.groups["payments-approvers"], slackGroups: ["S0PAY", "S0SEC"] },
    },
  };
  const limited = new WebAPIRateLimitedError(30);

  test("P6 · is read with who they are, for a decision from Slack itself, and else no older than a minute", async () => {
    const groups = { S0PAY: ["U0MIA", "U0ADA"], S0SEC: ["U0ADA"] };
    const { directory, asked, clock } = stageDirectory({ U0MIA: MEMBER }, { policy: grouped, groups });
    const inGroups = async (fresh: boolean) => {
      const found = await directory.identify(MIA, { fresh });
      return found.known ? found.record.slackGroups : null;
    };

    expect(await inGroups(false)).toEqual(["S0PAY"]);
    groups.S0SEC = ["U0MIA"];
    groups.S0PAY = [];
    expect(await inGroups(false)).toEqual(["S0PAY"]);
    expect(await inGroups(true)).toEqual(["S0SEC"]);
    clock.advance(61_000);
    await inGroups(false);
    expect(asked.filter((one) => one === "S0PAY")).toHaveLength(3);
  });

  test("P6 · is what Slack said within the last minute where it was asked too often, and nothing older", async () => {
    const groups: Record<string, readonly string[] | Error> = { S0PAY: ["U0MIA"], S0SEC: [] };
    const { directory, clock } = stageDirectory({ U0MIA: MEMBER }, { policy: grouped, groups });
    await directory.identify(MIA);
    groups.S0PAY = limited;

    clock.advance(30_000);
    const soon = await directory.identify(MIA, { fresh: true });
    clock.advance(31_000);
    const late = await directory.identify(MIA, { fresh: true });

    expect(soon).toMatchObject({ known: true, record: { slackGroups: ["S0PAY"], readAt: NOON } });
    expect(late).toEqual({ known: false, why: "slackSilent" });
  });

  test("P6 · is told as not known where Slack does not show us the group, and the log says what to do", async () => {
    const missing = new WebAPIPlatformError({ ok: false, error: "missing_scope" });
    const { directory, logged } = stageDirectory({ U0MIA: MEMBER }, { policy: grouped, groups: { S0PAY: missing } });

    expect(await directory.identify(MIA)).toMatchObject({
      ...{ known: true, record: { slackGroups: [], unreadGroups: ["S0PAY", "S0SEC"] } },
    });
    expect(logged.join()).toMatch(/S0PAY.*install the app anew.*S0SEC.*correct the id/);
  });

  test("P6 · is known of those that Slack shows, beside one that it does not", async () => {
    const { directory, people } = stageDirectory({ U0MIA: MEMBER }, { policy: grouped, groups: { S0PAY: ["U0MIA"] } });

    await directory.recordOf("mia");

    expect(await people.record("mia")).toMatchObject({ slackGroups: ["S0PAY"], unreadGroups: ["S0SEC"] });
  });

  test("P6 · is written down with all that the policy named when Slack was asked, and with no other", async () => {
    const policy: Record<string, unknown> = {};
    const groups = { S0PAY: ["U0MIA"], S0SEC: [] };
    const { directory, people } = stageDirectory({ U0MIA: MEMBER }, { policy, groups });

    await directory.identify(MIA);
    const before = await people.record("mia");
    const asking = directory.identify(MIA, { fresh: true });
    Object.assign(policy, grouped);
    const meanwhile = await asking;
    await directory.identify(MIA);
    const after = await people.record("mia");

    expect(before).toMatchObject({ slackGroups: [], unreadGroups: [], askedGroups: [] });
    expect(meanwhile).toMatchObject({ known: true, record: { slackGroups: [], askedGroups: [] } });
    expect(after).toMatchObject({ slackGroups: ["S0PAY"], unreadGroups: [], askedGroups: ["S0PAY", "S0SEC"] });
  });

  describe("is asked about as their record has it while the policy cannot be read, by a bot beside which others lend:", () => {
    async function stageUnreadable() {
      const groups = { S0PAY: ["U0MIA"] };
      const staged = stageDirectory(
        { U0MIA: MEMBER, U0ADA: { ...MEMBER, id: "U0ADA" } },
        { policyReadable: false, groups },
      );
      await staged.store.commit({
        writes: [{ kind: "request", expected: null, next: sampleRequest() }],
        ...{ tellings: [], rows: [] },
      });
      await staged.people.save(sampleRecord("mia", { askedGroups: ["S0PAY", "S0SEC"], readAt: 5 }));
      return staged;
    }
    const READ = { slackGroups: ["S0PAY"], unreadGroups: ["S0SEC"], askedGroups: ["S0PAY", "S0SEC"], readAt: NOON };

    test("P5 · by its rounds", async () => {
      const { directory, people } = await stageUnreadable();

      await directory.refreshPeople();

      expect(await people.record("mia")).toMatchObject(READ);
    });

    test("P5 · at a click", async () => {
      const { directory, people } = await stageUnreadable();

      expect(await directory.identify(MIA, { fresh: true })).toMatchObject({ known: true, record: READ });

      expect(await people.record("mia")).toMatchObject(READ);
    });

    test("P5 · at a click that ends something", async () => {
      const { directory, people } = await stageUnreadable();

      await directory.identifyForEnding(MIA);

      expect(await people.record("mia")).toMatchObject(READ);
    });

    test("and of who has no record nothing is known but who they are", async () => {
      const { directory } = await stageUnreadable();

      expect(await directory.identify({ user: "U0ADA", team: "T0HOME" })).toMatchObject({ known: false });
      expect(await directory.recordOf("ada")).toBeNull();
    });
  });

  test("P7 · is what was last stored for an ending while Slack does not say, and is not stored as new", async () => {
    const { directory, people } = stageDirectory(
      { U0OLGA: { ...MEMBER, id: "U0OLGA" } },
      { policy: grouped, groups: { S0PAY: limited } },
    );
    const stored = sampleRecord("olga", {
      ...{ slackGroups: ["S0PAY"], unreadGroups: ["S0SEC"], askedGroups: ["S0PAY", "S0SEC"], readAt: 5 },
    });
    await people.save(stored);

    const found = await directory.identifyForEnding({ user: "U0OLGA", team: null });

    expect(found).toMatchObject({
      known: true,
      record: {
        ...{ person: "olga", slackGroups: ["S0PAY"], unreadGroups: ["S0SEC"], askedGroups: ["S0PAY", "S0SEC"] },
      },
    });
    expect(await people.record("olga")).toEqual(stored);
  });
});

describe("who comes from another organisation's Slack", () => {
  const kim = { id: "U0MIA", team_id: "T0ACME" };
  const linked = (slackTeam: string | undefined) => ({
    companies: { acme: { ...POLICY_INPUT.companies.acme, ...(slackTeam === undefined ? {} : { slackTeam }) } },
    people: {
      ...POLICY_INPUT.people,
      mia: { ...POLICY_INPUT.people.mia, slack: "T0ACME/U0MIA" },
      // With an employee there, the policy itself finds nothing odd in a contractor from there.
      ben: { ...POLICY_INPUT.people.ben, slack: "T0ACME/U0BEN" },
    },
  });
  const who = { user: "U0MIA", team: "T0ACME" };

  test("P6 · is known where that is their own company's", async () => {
    const { directory } = stageDirectory({ U0MIA: kim }, { policy: linked("T0ACME") });

    expect(await directory.identify(who)).toMatchObject({ known: true, record: { person: "mia", external: true } });
  });

  test.each([undefined, "T0OTHER"])(
    "P6 · is a stranger where their company's is %s, and inactive to the worker",
    async (team) => {
      const { directory, people } = stageDirectory({ U0MIA: kim }, { policy: linked(team) });

      expect(await directory.identify(who)).toMatchObject({ known: false, why: "stranger" });
      expect(await directory.recordOf("mia")).toMatchObject({ active: false });
      expect(await people.record("mia")).toMatchObject({ active: false });
    },
  );
});
