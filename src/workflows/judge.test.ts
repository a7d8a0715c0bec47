import { describe, expect, test } from "vitest";
import { NOON, POLICY_INPUT, SAMPLE_FACTS, SAMPLE_TARGET, samplePolicy } from "../../test/fakes/samples.ts";
import { judgeWish, offer, type Wish } from "./judge.ts";
import type { ClusterFacts } from "./ports.ts";
import { refuse } from "./refusal.ts";

const [PAYMENTS_RULE, WEB_RULE] = POLICY_INPUT.rules;
const { groups } = POLICY_INPUT;
const DAY = 86_400_000;

describe("what is on offer", () => {
  test("is each profile of each rule that names the person's company, with the shorter of the two limits", () => {
    const passes = offer(samplePolicy(), "mia", NOON);

    expect(passes.map((pass) => [pass.profile, pass.namespaces, pass.maxDurationSeconds, pass.approvers])).toEqual([
      ["logs", ["payments", "ledger"], 4 * 3600, "payments-approvers"],
      ["restart", ["payments", "ledger"], 3600, "payments-approvers"],
      ["logs", ["web"], 1800, "web-approvers"],
    ]);
  });

  test("never lasts longer than the profile allows, whatever a rule says", () => {
    const policy = samplePolicy({ rules: [{ ...PAYMENTS_RULE, maxDuration: "9h" }] });

    expect(offer(policy, "mia", NOON).map((pass) => pass.maxDurationSeconds)).toEqual([4 * 3600, 3600]);
  });

  test.each([
    ["a stranger", "zoe"],
    ["a linked person whom no rule names", "ada"],
    ["the company itself", "acme"],
    ["a group", "payments-approvers"],
    ["a name that every JavaScript object answers to", "constructor"],
    ["an empty name", ""],
  ])("is nothing for %s", (_, person) => {
    expect(offer(samplePolicy(), person, NOON)).toEqual([]);
  });

  test("is nothing from the moment the contract is over", () => {
    const over = Date.UTC(2026, 5, 2);

    expect(offer(samplePolicy(), "max", over - 1)).not.toEqual([]);
    expect(offer(samplePolicy(), "max", over)).toEqual([]);
  });

  test("is nothing where the approvers are an empty group: empty means nobody, never anybody", () => {
    const nobody = { ...groups, "payments-approvers": { ...groups["payments-approvers"], people: [] } };

    expect(offer(samplePolicy({ groups: nobody, rules: [PAYMENTS_RULE] }), "mia", NOON)).toEqual([]);
  });

  test("is nothing where the only approver would be the one who asks", () => {
    const alone = { ...groups, "payments-approvers": { ...groups["payments-approvers"], people: ["mia"] } };

    expect(offer(samplePolicy({ groups: alone, rules: [PAYMENTS_RULE] }), "mia", NOON)).toEqual([]);
  });
});

describe("a wish", () => {
  const wish: Wish = {
    ...{ cluster: "prod", namespaces: ["payments"], profile: "logs", duration: "2h" },
    reason: "Restart loop in api since the deploy",
  };
  const judge = (changes: Partial<Wish>, person = "mia", facts: ClusterFacts | null = SAMPLE_FACTS, now = NOON) =>
    judgeWish(samplePolicy(), person, { ...wish, ...changes }, facts, now);

  test("that the policy allows names the target, the role's hash, who decides and where", () => {
    expect(judge({})).toEqual({
      target: SAMPLE_TARGET,
      durationSeconds: 7200,
      reason: wish.reason,
      approvers: "payments-approvers",
      channel: "C0PAYMENTS",
    });
  });

  test("for several namespaces names each once, in one order", () => {
    expect(judge({ namespaces: ["payments", "ledger", "payments"] })).toMatchObject({
      target: { namespaces: ["ledger", "payments"] },
    });
  });

  test.each<[string, Partial<Wish>, object[]]>([
    ["of a cluster nobody offers", { cluster: "dev" }, [{ refused: "notOffered", field: "cluster", detail: "dev" }]],
    [
      "of a profile nobody offers",
      { profile: "admin" },
      [{ refused: "notOffered", field: "profile", detail: "admin" }],
    ],
    [
      "of a profile called like what every object has",
      { profile: "constructor" },
      [{ refused: "notOffered", field: "profile", detail: "constructor" }],
    ],
    [
      "of a namespace nobody offers",
      { namespaces: ["kube-system"] },
      [{ refused: "notOffered", field: "namespaces", detail: "kube-system" }],
    ],
    [
      "of a namespace offered for another profile only",
      { profile: "restart", namespaces: ["web"], duration: "30m" },
      [{ refused: "notOffered", field: "namespaces", detail: "web" }],
    ],
    ["of no namespace", { namespaces: [] }, [{ refused: "notOffered", field: "namespaces", detail: "" }]],
    [
      "of namespaces with different approvers",
      { namespaces: ["payments", "web"], duration: "10m" },
      [{ refused: "differentApprovers", field: "namespaces", detail: "payments, web" }],
    ],
    [
      "for a time that cannot be read",
      { duration: "a while" },
      [{ refused: "durationUnreadable", field: "duration", detail: "a while" }],
    ],
    ["for no time", { duration: "0m" }, [{ refused: "durationTooShort", field: "duration", detail: "10 s" }]],
    [
      "for longer than the profile allows",
      { duration: "4h1s" },
      [{ refused: "durationTooLong", field: "duration", detail: "4 h" }],
    ],
    [
      "for longer than the rule allows",
      { namespaces: ["web"], duration: "31m" },
      [{ refused: "durationTooLong", field: "duration", detail: "30 min" }],
    ],
    ["without reason", { reason: "" }, [{ refused: "reasonTooShort", field: "reason", detail: "10" }]],
    [
      "with spaces for a reason",
      { reason: " ".repeat(50) },
      [{ refused: "reasonTooShort", field: "reason", detail: "10" }],
    ],
    [
      "with a novel for a reason",
      { reason: "x".repeat(501) },
      [{ refused: "reasonTooLong", field: "reason", detail: "500" }],
    ],
    [
      "with several mistakes is told all of them, each at its field",
      { namespaces: ["kube-system", "web", "nowhere"], duration: "9h", reason: "fix" },
      [
        { refused: "notOffered", field: "namespaces", detail: "kube-system" },
        { refused: "notOffered", field: "namespaces", detail: "nowhere" },
        { refused: "durationTooLong", field: "duration", detail: "4 h" },
        { refused: "reasonTooShort", field: "reason", detail: "10" },
      ],
    ],
  ])("%s", (_, changes, refusals) => {
    expect(judge(changes)).toEqual(refusals);
  });

  test("exactly at a limit is allowed", () => {
    expect(judge({ duration: "4h", reason: "x".repeat(500) })).toMatchObject({ durationSeconds: 4 * 3600 });
    expect(judge({ namespaces: ["web"], duration: "30m" })).toMatchObject({ durationSeconds: 1800 });
    expect(judge({ duration: "10s", reason: "x".repeat(10) })).toMatchObject({ durationSeconds: 10 });
  });

  test("of somebody on whom no rule bears is refused as a whole, without a list of what there is", () => {
    expect(judge({}, "zoe")).toEqual([refuse("nothingOnOffer")]);
    expect(judge({}, "ada")).toEqual([refuse("nothingOnOffer")]);
  });

  test("never lasts past the end of the contract", () => {
    const anHourBefore = Date.UTC(2026, 5, 2) - 3_600_000;

    expect(judge({ duration: "1h" }, "max", SAMPLE_FACTS, anHourBefore)).toMatchObject({ durationSeconds: 3600 });
    expect(judge({ duration: "2h" }, "max", SAMPLE_FACTS, anHourBefore)).toEqual([
      { refused: "durationTooLong", field: "duration", detail: "1 h" },
    ]);
    expect(judge({ duration: "1h" }, "max", SAMPLE_FACTS, anHourBefore + DAY)).toEqual([refuse("nothingOnOffer")]);
  });

  test("of a cluster of which nothing is known yet cannot be recorded", () => {
    const refusal = [{ refused: "clusterUnknown", field: "cluster", detail: "prod" }];

    expect(judge({}, "mia", null)).toEqual(refusal);
    expect(judge({}, "mia", { ...SAMPLE_FACTS, roles: {} })).toEqual(refusal);
  });

  test("of a namespace that the cluster does not have, or has not opened, names it", () => {
    expect(judge({}, "mia", { ...SAMPLE_FACTS, namespaces: ["ledger"] })).toEqual([
      { refused: "unknownNamespace", field: "namespaces", detail: "payments" },
    ]);
  });

  test("is bound by the most generous rule that covers it", () => {
    const rules = [{ ...PAYMENTS_RULE, maxDuration: "30m" }, PAYMENTS_RULE];
    const policy = samplePolicy({ rules });

    expect(judgeWish(policy, "mia", wish, SAMPLE_FACTS, NOON)).toMatchObject({ durationSeconds: 7200 });
  });

  test("over namespaces of two rules with the same approvers is bound by the stricter rule", () => {
    const rules = [PAYMENTS_RULE, { ...WEB_RULE, approvers: "payments-approvers" }];
    const both = { ...wish, namespaces: ["payments", "web"] };
    const policy = samplePolicy({ rules });

    expect(judgeWish(policy, "mia", { ...both, duration: "30m" }, SAMPLE_FACTS, NOON)).toMatchObject({
      target: { namespaces: ["payments", "web"] },
      approvers: "payments-approvers",
    });
    expect(judgeWish(policy, "mia", { ...both, duration: "31m" }, SAMPLE_FACTS, NOON)).toEqual([
      { refused: "durationTooLong", field: "duration", detail: "30 min" },
    ]);
  });
});
