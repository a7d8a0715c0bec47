import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { policyCommand } from "./policy-command.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/policy");
const BAD = join(import.meta.dirname, "bad/many-at-once.yaml");
const root = mkdtempSync(join(tmpdir(), "daypass-commands-"));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;

/** The example with other words in one of its files; returns its folder. */
function changed(file: string, change: (text: string) => string): string {
  made += 1;
  const folder = join(root, String(made));
  cpSync(EXAMPLE, folder, { recursive: true });
  const before = readFileSync(join(folder, file), "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(join(folder, file), after);
  return folder;
}

describe("lint writes faults", () => {
  test("as JSON", async () => {
    const { code, said } = await policyCommand("lint", BAD, "--format", "json");

    expect(code).toBe(1);
    expect(JSON.parse(said).faults).toContainEqual({
      ...{ file: BAD, line: 2, column: 1, message: 'there is no setting "allowAll"' },
    });
  });

  test("as GitHub's annotations, in which no fault begins another", async () => {
    const { said } = await policyCommand("lint", BAD, "--format", "github");

    expect(said.split("\n")[1]).toBe(`::error file=${BAD},line=2,col=1::there is no setting "allowAll"`);
  });

  test("as SARIF 2.1.0", async () => {
    const { said } = await policyCommand("lint", BAD, "--format", "sarif");

    const { version, runs } = JSON.parse(said);
    const [{ tool, results }] = runs;
    expect(version).toBe("2.1.0");
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toContain(results[0].ruleId);
    expect(results[1].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: BAD },
      region: { startLine: 2, startColumn: 1 },
    });
  });

  test("as SARIF, by a rule of its own for what leaves a policy in force", async () => {
    const wordsOf = async (...args: readonly string[]) => {
      const { said } = await policyCommand("lint", ...args, "--format", "sarif");
      const [{ tool, results }] = JSON.parse(said).runs;
      const used = new Set(results.map(({ ruleId }: { ruleId: string }) => ruleId));
      const rules = tool.driver.rules.filter(({ id }: { id: string }) => used.has(id));
      return rules.map(({ shortDescription }: { shortDescription: { text: string } }) => shortDescription.text);
    };

    expect(await wordsOf(BAD)).toEqual(["The policy cannot be put in force as it is."]);
    expect(await wordsOf(EXAMPLE, "--now", "2099-04-01")).toEqual([
      "The policy can be in force, but something in it is over, of no use or hardly meant.",
    ]);
  });

  test("of contracts that are over, which stop no running system", async () => {
    const { code, said } = await policyCommand("lint", EXAMPLE, "--now", "2099-04-01");

    expect(code).toBe(1);
    expect(said).toMatch(/company\.yaml:\d+:\d+: people\.tove\.contractEnd: this contract is over: .*\n1 fault$/);
  });
});

/** A question, as options. */
function wish(who: string, what: string, where: string, duration: string): readonly string[] {
  return ["--who", who, "--what", what, "--where", where, "--for", duration];
}

describe("explain says", () => {
  const ask = (who: string, where: string, ...more: readonly string[]) =>
    policyCommand("explain", EXAMPLE, "--who", who, "--what", "logs", "--where", where, "--for", "2h", ...more);

  test("by which rule, and who must say yes", async () => {
    const { code, said } = await ask("lena", "prod/payments");

    expect(code).toBe(0);
    expect(said).toBe(
      [
        "Lena Fox (lena) may have Read logs (logs) in payments on prod for 2h.",
        "  by      rule acme-payments, at most 4 h",
        "  yes     1 of payments approvers: Ana Ruiz (ana), Ben Okafor (ben)",
        "  risk    low",
        "  ticket  not needed",
      ].join("\n"),
    );
  });

  test("why not, and which rules come near", async () => {
    const { code, said } = await ask("tove", "prod/payments");

    expect(code).toBe(0);
    expect(said).toMatch(
      /^Tove Lind \(tove\) may not have .*\n {2}notOffered: .*\n {4}rule acme-payments is for acme\n/,
    );
  });

  test("what a label, the hour or the role's risk makes of it", async () => {
    const bare = await ask("tove", "prod/warehouse");
    const labelled = await ask("tove", "prod/warehouse", "--label", "team=data");
    const atNight = await ask("tove", "prod/warehouse", "--label", "team=data", "--at", "2027-01-18T22:00Z");
    const risky = await ask("lena", "prod/payments", "--risk", "high");

    expect(bare.said).toContain("may not have");
    expect(labelled.said).toContain("by      rule birch-data");
    expect(atNight.said).toContain("conditionNotMet: the condition does not hold (birch-data)");
    expect(risky.said).toContain("durationTooLong: that is too long; the most is: 30 min");
  });

  test("the same as JSON", async () => {
    const { said } = await ask("lena", "prod/payments", "--format", "json");

    expect(JSON.parse(said)).toMatchObject({ may: true, deciders: ["ana", "ben"], allowed: { needs: { quorum: 1 } } });
  });

  test("what somebody on call may lend themselves in an emergency, who is told and who reviews it", async () => {
    const { said } = await policyCommand("explain", EXAMPLE, ...wish("noor", "restart", "prod/ledger", "30m"));
    const ofOthers = await policyCommand("explain", EXAMPLE, ...wish("lena", "logs", "prod/payments", "1h"));
    const ofGuests = await policyCommand(
      "explain",
      EXAMPLE,
      ...wish("noor", "restart", "prod/ledger", "30m"),
      "--guest",
    );

    expect(said.split("\n").slice(-3)).toEqual([
      "In an emergency Noor Haddad (noor) may lend themselves that at once, at most 1 h.",
      "  told    security",
      "  review  security, within 24 h",
    ]);
    expect(said).toMatch(/^Noor Haddad \(noor\) may not have/);
    expect(ofOthers.said).not.toContain("emergency");
    expect(ofGuests.said).not.toContain("emergency");
  });

  test("why somebody on call may not lend themselves that", async () => {
    const elsewhere = await policyCommand("explain", EXAMPLE, ...wish("noor", "logs", "dev/scratch", "2h"));
    const denied = await policyCommand(
      "explain",
      EXAMPLE,
      ...wish("noor", "logs", "prod/kube-system", "2h"),
      "--format",
      "json",
    );

    expect(elsewhere.said).toMatch(
      /In an emergency Noor Haddad \(noor\) may not .*\n {2}notOffered: break-glass does not cover it: dev$/,
    );
    expect(JSON.parse(denied.said).breakGlass).toMatchObject({
      may: false,
      refusals: [{ refused: "denied", rule: "control-plane" }, { refused: "durationTooLong" }],
    });
  });

  test("what Slack alone can tell, and what it is where Slack says so", async () => {
    const folder = changed("company.yaml", (text) =>
      text.replace("people: [noor]", "people: []\n    slackGroups: [S0NIGHT]"),
    );
    const asked = wish("noor", "logs", "prod/payments", "1h");

    const bare = await policyCommand("explain", folder, ...asked);
    const told = await policyCommand(
      "explain",
      folder,
      ...asked,
      "--slack-group",
      "S0OTHER",
      "--slack-group",
      "S0NIGHT",
    );

    expect(bare.said).toMatch(/^Noor Haddad \(noor\) may not have/);
    expect(bare.said.split("\n").slice(-2)).toEqual([
      "  slack   unless Slack says that they are in S0NIGHT: then rule on-call-looks names them",
      "  slack   unless Slack says that they are in S0NIGHT: then they are on call",
    ]);
    expect(told.said).toMatch(/^Noor Haddad \(noor\) may have .*\n.*rule on-call-looks/);
    expect(told.said).toContain("In an emergency Noor Haddad (noor) may lend themselves that at once");
    expect(told.said).not.toContain("unless");
    expect(told.complained).toBe(
      'daypass policy: the policy has no Slack user group "S0OTHER": write one of S0NIGHT; being in it changes nothing',
    );
    expect(bare.complained).toBe("");
  });

  test("what passes that are held and how others ended make of it, as a file says", async () => {
    const facts = join(root, "facts.yaml");
    writeFileSync(facts, "version: 1\nheld: [prod/payments restart]\noutcomes: [revoked]\n");

    const separated = await policyCommand(
      "explain",
      EXAMPLE,
      ...wish("omar", "logs", "prod/ledger", "1h"),
      "--facts",
      facts,
    );
    const riskier = await ask("lena", "prod/payments", "--facts", facts);

    expect(separated.said).toContain(
      "separated: it does not go with a pass that they hold (restart-and-ledger): Whoever restarts payments",
    );
    expect(riskier.said).toContain("  risk    medium; A pass of theirs was revoked lately");
  });

  test("which two sides one request must not have", async () => {
    const folder = changed("rules.yaml", (text) =>
      text.replace("profiles: [logs], cluster: prod", "profiles: [restart]"),
    );

    const both = await policyCommand("explain", folder, ...wish("lena", "restart", "prod/payments,ledger", "1h"));

    expect(both.said).toContain(
      "  separatedTogether: these namespaces are not for one person at the same time: ask for them one after another " +
        "(restart-and-ledger): payments | ledger: Whoever restarts payments does not see",
    );
  });

  test("what the facts in a file make of it, and of options beside it", async () => {
    const facts = join(root, "facts.yaml");
    writeFileSync(
      facts,
      `version: 1
at: 2027-01-18T22:00Z
clusterLabels: { prod: { env: prod } }
namespaceLabels: { prod: { warehouse: { team: data } } }
risk: { logs: medium }
`,
    );

    const atNight = await ask("tove", "prod/warehouse", "--facts", facts);
    const byDay = await ask("tove", "prod/warehouse", "--facts", facts, "--at", "2027-01-18T10:00Z");
    const frozen = await ask("tove", "prod/warehouse", "--facts", facts, "--label", "team=none");
    const low = await ask("tove", "prod/warehouse", "--facts", facts, "--at", "2027-01-18T10:00Z", "--risk", "low");

    expect(atNight.said).toContain("conditionNotMet: the condition does not hold (birch-data)");
    expect(byDay.said).toContain("  risk    medium");
    expect(frozen.said).toContain("notOffered");
    expect(low.said).toContain("  risk    low");
  });

  test("the same of a file of cases as these are judged by", async () => {
    const { said } = await ask("tove", "prod/cards", "--facts", join(EXAMPLE, "policy.cases.yaml"));

    expect(said).toContain("  risk    medium; The namespace holds cardholder data");
  });

  test.each([
    ["is not there", null, /facts\.yaml:1:1: cannot be read \(ENOENT\)$/],
    ["has a misspelt setting", "version: 1\nlabels: {}\n", /facts\.yaml:2:1: there is no setting "labels"$/],
    [
      "has a tier nobody knows",
      "version: 1\nrisk: { logs: dire }\n",
      /:2:15: risk\.logs: write low or medium or high$/,
    ],
    [
      "has a profile nobody knows",
      "version: 1\nrisk: { lgs: low }\n",
      /:2:9: risk: the policy has no profile "lgs": write one of logs, restart, view$/,
    ],
    [
      "has a pass in a namespace that nothing names to them",
      "version: 1\nheld: [prod/warehouse logs, prod/legder logs]\n",
      /:2:29: held: no entry of the policy names "legder" on prod/,
    ],
    [
      "has labels of a namespace that nothing names",
      "version: 1\nnamespaceLabels: { prod: { crads: { data: cardholder } } }\n",
      /:2:28: namespaceLabels: no entry of the policy names "crads" on prod, by name, glob or label: write one of /,
    ],
    [
      "has a label that nothing asks for",
      "version: 1\nnamespaceLabels: { prod: { warehouse: { teem: data } } }\n",
      /:2:41: namespaceLabels: nothing in the policy asks for a label "teem": write team, or leave it out$/,
    ],
    ["is no YAML", "version: [1", /facts\.yaml:1:\d+: /],
  ])("of a file of facts that %s its fault, with exit code 1", async (_, text, words) => {
    const facts = join(root, "facts.yaml");
    rmSync(facts, { force: true });
    if (text !== null) writeFileSync(facts, text);

    const { code, complained } = await ask("tove", "prod/warehouse", "--label", "team=data", "--facts", facts);

    expect(code).toBe(1);
    expect(complained).toMatch(words);
  });

  test.each([
    ["a file of facts without its name", [...wish("lena", "logs", "prod/payments", "2h"), "--facts"]],
    ["somebody nobody knows", ["--who", "eve", "--what", "logs", "--where", "prod/payments", "--for", "2h"]],
    ["a profile nobody knows", ["--who", "lena", "--what", "root", "--where", "prod/payments", "--for", "2h"]],
    ["no place", ["--who", "lena", "--what", "logs", "--where", "payments", "--for", "2h"]],
    ["no duration", ["--who", "lena", "--what", "logs", "--where", "prod/payments", "--for", "1h banana"]],
    ["a duration with blanks", wish("lena", "logs", "prod/payments", "1 h 30 m")],
    ["a duration in capitals", wish("lena", "logs", "prod/payments", "1H")],
    ["no moment", ["--who", "lena", "--what", "logs", "--where", "prod/payments", "--for", "2h", "--at", "noon"]],
    ["nobody", ["--what", "logs", "--where", "prod/payments", "--for", "2h"]],
  ])("of %s that it was called wrongly", async (_, args) => {
    expect((await policyCommand("explain", EXAMPLE, ...args)).code).toBe(2);
  });
});

describe("test runs the golden cases", () => {
  test("of the example, which are as they should be", async () => {
    expect(await policyCommand("test", EXAMPLE)).toMatchObject({ code: 0, said: "19 of 19 cases as they should be" });
  });

  test("and says of each that is not what it is, and where it stands", async () => {
    const folder = changed("policy.cases.yaml", (text) =>
      text
        .replace("needs: { quorum: 2, approvers", "needs: { quorum: 3, approvers")
        .replace("may: false\n    refused: differentApprovers", "may: true"),
    );

    const { code, said } = await policyCommand("test", folder);

    expect(code).toBe(1);
    expect(said.split("\n").map((line) => line.replace(`${folder}/`, ""))).toEqual([
      "policy.cases.yaml:28:22: money takes two people of different groups, and a ticket: needs.quorum is 2, not 3",
      "policy.cases.yaml:34:10: payments and ledger are for different people to decide, so not in one request: may is false (differentApprovers), not true",
      "17 of 19 cases as they should be",
    ]);
  });

  test("of which a misspelt one is a fault with its place", async () => {
    const folder = changed("policy.cases.yaml", (text) => text.replace("    who: omar", "    woh: omar"));

    const { code, complained } = await policyCommand("test", folder);

    expect(code).toBe(1);
    expect(complained).toMatch(/policy\.cases\.yaml:23:5: cases\.1: there is no setting "woh"/);
  });

  test.each([
    [
      "a person nobody knows",
      "who: ben",
      "who: bem",
      /:\d+:10: an approver .*: who: the policy has no person "bem": write one of /,
    ],
    [
      "a profile nobody knows",
      "what: restart\n    where: prod/ledger",
      "what: restrt\n    where: prod/ledger",
      /:\d+:11: .*: what: the policy has no profile "restrt": write one of logs, restart, view$/m,
    ],
    [
      "a cluster nobody knows",
      "where: prod/kube-system",
      "where: prd/kube-system",
      /:\d+:12: .*: where: nothing in the policy speaks of a cluster "prd": write one of dev, prod$/m,
    ],
    [
      "a namespace that nothing names",
      "who: tove\n    what: logs\n    where: prod/payments",
      "who: tove\n    what: logs\n    where: prod/paymnts",
      /:\d+:12: .*: where: no entry of the policy names "paymnts" on prod, by name, glob or label: write one of .*, payments, /m,
    ],
    [
      "a namespace among others that nothing names",
      "where: prod/payments,ledger",
      "where: prod/payments,leger",
      /:\d+:12: .*: where: no entry of the policy names "leger" on prod/m,
    ],
    [
      "a namespace that nothing names without its label",
      "warehouse: { team: data }",
      "warehouse: { taem: data }",
      /:\d+:12: .*: where: no entry .* "warehouse" on prod, .* team=data as its label/m,
    ],
    ["a duration that is none", "for: 5h", "for: 5 days or so", /:\d+:10: cases\.6\.for: write 30m, 2h or 1h30m$/m],
    [
      "the name of another one",
      "name: nobody restarts the ledger",
      "name: and may look into payments",
      /:\d+:11: and may look into payments: name: is the name of another case: give each its own$/m,
    ],
    [
      "a pass of a profile nobody knows",
      "held: [prod/payments restart]\n    may: false",
      "held: [prod/payments rstart]\n    may: false",
      /:\d+:12: held: the policy has no profile "rstart"/,
    ],
    [
      "a pass in a namespace that nothing names to them",
      "held: [prod/payments restart]\n    may: true",
      "held: [prod/legder logs]\n    may: true",
      /:\d+:12: held: no entry of the policy names "legder" on prod, by name, glob or label: write one of .*, ledger, /,
    ],
    [
      "a pass of all of them in a namespace that nothing names to some",
      "\ncases:",
      '\nheld: [prod/payments logs, "prod/payments,legder restart"]\ncases:',
      /:14:28: held: no entry of the policy names "legder" on prod/,
    ],
    [
      "labels of a namespace that no case asks for",
      "warehouse: { team: data }",
      "warehouse: { team: data }\n    warehouze: { team: data }",
      /:11:5: namespaceLabels: no case asks for "warehouze" on prod, and no entry of the policy names it: write warehouse, or leave it out$/m,
    ],
    [
      "a label that nothing asks for",
      "cards: { team: data, data: cardholder }",
      "cards: { team: data, daat: cardholder, size: big }",
      /:11:26: namespaceLabels: nothing in the policy asks for a label "daat": write data, or leave it out\n.*:11:44: .* "size": leave it out$/m,
    ],
    [
      "a pass that is none",
      "held: [prod/payments restart]\n    may: false",
      "held: [payments]\n    may: false",
      /:\d+:12: cases\.15\.held\.0: "payments" is no pass: write prod\/payments logs$/m,
    ],
    [
      "an end that is none",
      "outcomes: [ended, revoked]",
      "outcomes: [endet]",
      /cases\.17\.outcomes\.0: write ended or handedBack or revoked or failed$/m,
    ],
    [
      "a Slack user group by its name",
      "outcomes: [ended, revoked]",
      'slackGroups: ["@oncall"]',
      /slackGroups\.0: use a user group's id such as S0123456789/,
    ],
    [
      "a Slack user group that no group has",
      "outcomes: [ended, revoked]",
      "slackGroups: [S0NOBODYS]",
      /slackGroups: the policy has no Slack user group "S0NOBODYS"/,
    ],
    [
      "a role's risk of a profile nobody knows",
      "risk: { view: low,",
      "risk: { veiw: low,",
      /:12:9: risk: the policy has no profile "veiw": write one of logs, restart, view$/m,
    ],
    [
      "labels of a cluster nobody knows",
      "clusterLabels:\n  prod:",
      "clusterLabels:\n  prd:",
      /:7:3: clusterLabels: nothing in the policy speaks of a cluster "prd"/,
    ],
    [
      "labels in a cluster nobody knows",
      "namespaceLabels:\n  prod:",
      "namespaceLabels:\n  prd:",
      /:9:3: namespaceLabels: nothing in the policy speaks of a cluster "prd"/,
    ],
    ["a duration with blanks", "    for: 1h\n", "    for: 1 h\n", /:26:10: cases\.1\.for: write 30m, 2h or 1h30m$/m],
    ["a need of one", "atMost: 1h }", "atMost: 1H }", /:28:\d+: cases\.1\.needs\.atMost: write 30m, 2h or 1h30m$/m],
  ])("of which one with %s is a fault with its place, whatever it expects", async (_, before, after, words) => {
    const folder = changed("policy.cases.yaml", (text) => text.replace(before, after));

    const { code, complained } = await policyCommand("test", folder);

    expect(code).toBe(1);
    expect(complained).toMatch(words);
  });

  test("each of whom Slack says something else", async () => {
    const folder = changed("company.yaml", (text) =>
      text.replace("people: [noor]", "people: []\n    slackGroups: [S0NIGHT]"),
    );
    const file = join(folder, "policy.cases.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("who: noor", "who: noor\n    slackGroups: [S0NIGHT]"));

    expect(await policyCommand("test", folder)).toMatchObject({ code: 0, said: "19 of 19 cases as they should be" });
  });

  test("and does not pass where there is none", async () => {
    const folder = changed("policy.cases.yaml", () => "");
    rmSync(join(folder, "policy.cases.yaml"));

    expect(await policyCommand("test", folder)).toMatchObject({ code: 1 });
  });
});

describe("diff says", () => {
  const diff = async (after: string, ...more: readonly string[]) => policyCommand("diff", EXAMPLE, after, ...more);

  test("nothing of another order, of other names of rules, and of another cut into files", async () => {
    const folder = changed("rules.yaml", (text) => {
      const { rules, denials, risk, ...others } = parse(text);
      const renamed = rules.map((rule: Record<string, unknown>) => ({ ...rule, name: `z-${rule.name}` }));
      return stringify({
        ...others,
        risk: { ...risk, raise: risk.raise.toReversed() },
        ...{ denials: denials.toReversed(), rules: renamed.toReversed() },
      });
    });

    expect(await diff(folder, "--exit-code")).toMatchObject({ code: 0, said: "no change in what anybody may have" });
  });

  test("everything of a glob with one letter less", async () => {
    const folder = changed("rules.yaml", (text) => text.replace('"payments-*"', '"p*"'));

    const { code, said } = await diff(folder, "--exit-code");

    expect(code).toBe(1);
    expect(said.split("\n")).toEqual(
      [
        ["Read logs", "4 h", "in payments-*"],
        ["Restart workloads", "1 h", "in payments-*; labelled freeze=true"],
        ["Look at workloads", "8 h", "in payments-*"],
      ].map(
        ([words, most, except]) =>
          `Kim Lee, Lena Fox, Omar Aziz may now ${words} in p* (except ${except}) on dev for up to ${most} with one yes of payments approvers (before: not at all)`,
      ),
    );
  });

  test.each([
    [
      "a quorum that fell",
      "rules.yaml",
      "quorum: 2",
      "quorum: 1",
      /Read logs in ledger on prod .* with one yes .*before: .* with 2 yeses/,
    ],
    [
      "a denial that is gone",
      "rules.yaml",
      '["kube-*", "daypass-*"]',
      '["daypass-*"]',
      /Noor Haddad may now Read logs in kube-\* on prod/,
    ],
    [
      "a condition of other words",
      "rules.yaml",
      "now.hour < 18",
      "now.hour < 20",
      /Tove Lind may now .* where now\.hour >= 8 && now\.hour < 20/,
    ],
    [
      "another human behind a name",
      "company.yaml",
      "U01234570",
      "U99999999",
      /^Lena Fox is another account: T01234567\/U01234570 → T01234567\/U99999999$/m,
    ],
    [
      "who approves",
      "company.yaml",
      "people: [ana, ben]",
      "people: [ana, ben, sam]",
      /^payments approvers are now Ana Ruiz, Ben Okafor, Sam Reed/m,
    ],
    [
      "who approves as Slack says",
      "company.yaml",
      "people: [ana, ben]",
      "people: [ana, ben]\n    slackGroups: [S0PAY]",
      /^whoever is listed and in Slack user group S0PAY is now of payments approvers \(payments-approvers\); it now lets them say yes by rules acme-dev, acme-ledger, acme-payments, on-call-looks$/m,
    ],
    [
      "who reviews, as Slack says",
      "company.yaml",
      "people: [sam]",
      "people: [sam]\n    slackGroups: [S0SEC]",
      /Slack user group S0SEC is now of security \(security\).*; it now lets them review what was lent in an emergency$/m,
    ],
    [
      "who is on call as Slack says",
      "company.yaml",
      "people: [noor]",
      "people: [noor]\n    slackGroups: [S0NIGHT]",
      /Slack user group S0NIGHT is now of on-call \(on-call\).*; it now has them on call$/m,
    ],
    ["who ends", "company.yaml", "people: [noor]", "people: [noor, ben]", /^Ben Okafor may now end any pass$/m],
    [
      "a contract",
      "company.yaml",
      '"2099-03-31"',
      '"2098-03-31"',
      /^Tove Lind's contract ends: 2099-03-31 → 2098-03-31$/m,
    ],
    [
      "another role of the same name",
      "profiles.yaml",
      "role: daypass-profile-logs",
      "role: daypass-profile-exec",
      /^Read logs \(logs\) is another role/m,
    ],
    [
      "break-glass",
      "rules.yaml",
      "maxDuration: 1h\n  reviewers",
      "maxDuration: 30m\n  reviewers",
      /Noor Haddad may now lend themselves .* for up to 30 min \(before: for up to 1 h\)/,
    ],
    ["the hours of risk", "rules.yaml", 'from: "07:00"', 'from: "06:30"', /^risk\.hours\.from: 07:00 → 06:30$/m],
    [
      "what raises the risk",
      "rules.yaml",
      "value: cardholder",
      "value: cards",
      /^risk\.raise no longer has \{.*"value":"cardholder"\}\}\nrisk\.raise has now \{.*"value":"cards"\}\}$/m,
    ],
    [
      "a separation",
      "rules.yaml",
      "first: { profiles: [restart]",
      "first: { profiles: [view]",
      /^separation has now \{.*"view"/m,
    ],
    [
      "when a review is owed",
      "rules.yaml",
      "reviewWithin: 24h",
      "reviewWithin: 12h",
      /^breakGlass\.reviewWithin: 24 h → 12 h$/m,
    ],
    ["a limit", "rules.yaml", "passesPerPerson: 10", "passesPerPerson: 20", /^limits\.passesPerPerson: 10 → 20$/m],
  ])("%s", async (_, file, before, after, words) => {
    const { said } = await diff(changed(file, (text) => text.replace(before, after)));

    expect(said).toMatch(words);
  });

  test("the same as JSON", async () => {
    const folder = changed("rules.yaml", (text) => text.replace('"payments-*"', '"p*"'));

    const { changes } = JSON.parse((await diff(folder, "--format", "json")).said);

    expect(changes[0]).toMatchObject({
      kind: "ask",
      cluster: "dev",
      namespaces: ["p* (except in payments-*)"],
      profile: "logs",
      before: "not at all",
    });
  });
});

test("schema says what may stand in a file, of which one alone needs not have all", async () => {
  const { code, said } = await policyCommand("schema");

  const { required, properties } = JSON.parse(said);
  expect(code).toBe(0);
  expect(required).toEqual(["version"]);
  expect(properties.rules.items.properties.quorum.description).toBe(
    "How many different people must say yes (default 1)",
  );
});

test.each([
  [[]],
  [["lnt", EXAMPLE]],
  [["lint"]],
  [["lint", EXAMPLE, EXAMPLE]],
  [["diff", EXAMPLE]],
  [["lint", EXAMPLE, "--format", "xml"]],
  [["lint", EXAMPLE, "--now", "2027-01-01", "--now", "2027-01-02"]],
  [["explain", EXAMPLE, ...wish("lena", "logs", "prod/payments", "1h"), "--who", "omar"]],
  [["explain", EXAMPLE, ...wish("lena", "logs", "prod/payments", "1h"), "--slack-group", "@oncall"]],
])("called as %j it says how it is called, with exit code 2", async (args) => {
  const { code, complained } = await policyCommand(...args);

  expect(code).toBe(2);
  expect(complained).toContain("daypass policy lint <path>");
});
