/** What the commands assume where no cluster and no Slack says more: of accounts, of contracts, and of moments. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { policyCommand } from "./policy-command.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/policy");
const root = mkdtempSync(join(tmpdir(), "daypass-assumed-"));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;

/** The example with other words in its files, each time for the first; returns its folder. */
function changed(...changes: readonly (readonly [file: string, before: string, after: string])[]): string {
  made += 1;
  const folder = join(root, String(made));
  cpSync(EXAMPLE, folder, { recursive: true });
  for (const [file, before, after] of changes) {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).toContain(before);
    writeFileSync(join(folder, file), text.replace(before, after));
  }
  return folder;
}

const explain = (folder: string, who: string, where: string, duration: string, ...more: readonly string[]) =>
  policyCommand("explain", folder, "--who", who, "--what", "logs", "--where", where, "--for", duration, ...more);

/** Runs one golden case in place of the example's; returns what is said without the folder. */
async function runCase(folder: string, text: string) {
  writeFileSync(join(folder, "policy.cases.yaml"), `version: 1\n${text}`);
  const { code, said, complained } = await policyCommand("test", folder);
  return { code, text: `${said}${complained}`.replaceAll(`${folder}/`, "") };
}

describe("whoever comes by Slack Connect is of another organisation's Slack:", () => {
  const ON_CALL = ["company.yaml", "people: [noor]", "people: [noor, kim]"] as const;
  /** On-call looks by a rule of its own, which must not be another for the same person. */
  const APART = [
    "who: [acme]\n    cluster: prod\n    namespaces: [payments]",
    "who: [acme]\n    cluster: prod\n    namespaces: [ledger]",
  ].map((text) => ["rules.yaml", text, text.replace("acme", "lena")] as const);
  const SECURITY = ["company.yaml", "people: [sam]", "people: [kim]"] as const;

  test("explain counts them among those who say yes no more than Slack does, and says so", async () => {
    const folder = changed(["company.yaml", "people: [sam]", "people: [sam, kim]"]);

    const { said } = await explain(folder, "tove", "prod/warehouse", "1h", "--label", "team=data");
    const json = await explain(folder, "tove", "prod/warehouse", "1h", "--label", "team=data", "--format", "json");

    expect(said).toContain(
      "  yes     1 of security: Sam Reed (sam); not Kim Lee (kim), from another organisation's Slack\n",
    );
    expect(JSON.parse(json.said)).toMatchObject({ may: true, deciders: ["sam"], outside: ["kim"] });
  });

  test("what too few could say yes to without them is not on offer, and explain says why", async () => {
    const two = ["rules.yaml", "approvers: security", "approvers: security\n    quorum: 2"] as const;
    const short = changed(["company.yaml", "people: [sam]", "people: [sam, kim]"], two);

    for (const folder of [short, changed(SECURITY)]) {
      const { said } = await explain(folder, "tove", "prod/warehouse", "1h", "--label", "team=data");

      expect(said.split("\n").slice(0, 3)).toEqual([
        "Tove Lind (tove) may not have Read logs (logs) in warehouse on prod for 1h.",
        "  notOffered: no rule lends it, or nobody could say yes: warehouse",
        "    rule birch-data covers it: too few people could say yes to it; not kim, from another organisation's Slack",
      ]);
    }
  });

  test("a group of Slack's gives one yes where each is of another group, and explain says when that is too few", async () => {
    const groups = "approvers: [security, payments-approvers]\n    quorum: 2\n    differentGroups: true";
    const folder = changed(
      ["company.yaml", "people: [sam]", "people: [sam]\n    slackGroups: [S0123456789]"],
      ["company.yaml", "people: [ana, ben]", "people: [kim]"],
      ["rules.yaml", "approvers: security", groups],
    );

    const { said } = await explain(folder, "tove", "prod/warehouse", "1h", "--label", "team=data");
    const lint = await policyCommand("lint", folder);

    expect(said.split("\n").slice(0, 3)).toEqual([
      "Tove Lind (tove) may not have Read logs (logs) in warehouse on prod for 1h.",
      "  notOffered: no rule lends it, or nobody could say yes: warehouse",
      "    rule birch-data covers it: too few people could say yes to it; each of another group; not kim, from another organisation's Slack",
    ]);
    expect(lint.said).toContain("needs 2 yeses of others of different groups and 1 at most could be given");
  });

  test("explain has them on call no more than Slack does, and says so", async () => {
    const folder = changed(ON_CALL, ...APART);

    const { said } = await explain(folder, "kim", "prod/payments", "1h");

    expect(said).not.toContain("emergency");
    expect(said).toContain(
      "  slack   taken to come from another organisation's Slack (T07654321): says no yes, is not on call and reviews nothing",
    );
  });

  test("a golden case that trusts them does not pass", async () => {
    const asked =
      "{ name: a, who: tove, what: logs, where: prod/warehouse, for: 1h, may: true, needs: { deciders: [kim] } }";
    const facts = "at: 2027-01-18T10:00Z\nnamespaceLabels: { prod: { warehouse: { team: data } } }\n";

    expect(await runCase(changed(SECURITY), `${facts}cases:\n  - ${asked}\n`)).toMatchObject({
      code: 1,
      text: expect.stringContaining("a: may is false (notOffered), not true"),
    });
  });

  test("lint says where they alone would say yes, be on call or review", async () => {
    const security = await policyCommand("lint", changed(SECURITY));
    const onCall = await policyCommand("lint", changed(["company.yaml", "people: [noor]", "people: [kim]"], ...APART));
    const both = await policyCommand("lint", changed(ON_CALL, ...APART));

    expect(security.said).toMatch(/rules\.\d\.approvers: needs a yes of others and nobody could give one/);
    expect(security.said).toMatch(/nobody of security could review.*\(kim comes from another organisation's Slack\)/);
    expect(onCall.said).toMatch(/breakGlass: nobody could use it.*\(kim comes from another organisation's Slack\)/);
    expect(both.said).toBe("0 faults");
  });
});

describe("where too few could say yes, explain names what decides, and no other rule that covers it:", () => {
  const NOBODY_PAYS = ["company.yaml", "people: [ana, ben]", "people: [kim]"] as const;
  const AT_NIGHT = ["rules.yaml", "now.hour >= 8 && now.hour < 18", "now.hour >= 20"] as const;
  const another = (name: string, namespace: string, approvers: string) =>
    `  - name: ${name}\n    who: [birch]\n    cluster: prod\n    namespaces: [${namespace}]\n    profiles: [logs]\n    approvers: ${approvers}`;

  test.each([
    {
      what: "the one with the most yeses",
      settings: ["quorum: 2", another("birch-lax", "warehouse", "payments-approvers")],
      ...{ others: [], where: "warehouse", risk: "low", guilty: "birch-data" },
    },
    {
      what: "the one with the shortest limit, where a tier wants more yeses than its people and nobody could say one by the other",
      settings: ["maxDuration: 25m", another("birch-lax", "warehouse", "payments-approvers")],
      ...{ others: [NOBODY_PAYS], where: "warehouse", risk: "high", guilty: "birch-data" },
    },
    {
      what: "not a stricter one whose condition does not hold",
      settings: ["quorum: 2", `${another("birch-late", "warehouse", "payments-approvers")}\n    quorum: 3`],
      ...{ others: [NOBODY_PAYS, AT_NIGHT], where: "warehouse", risk: "low", guilty: "birch-data" },
    },
    {
      what: "the one of two namespaces that wants too many",
      settings: ["quorum: 1", `${another("birch-lake", "lake", "security")}\n    quorum: 2`],
      ...{ others: [], where: "warehouse,lake", risk: "low", guilty: "birch-lake" },
    },
  ])("$what", async ({ settings, others, where, risk, guilty }) => {
    const [own, rule] = settings;
    const approvers = "profiles: [view, logs]\n    approvers: security";
    const folder = changed(["rules.yaml", approvers, `${approvers}\n    ${own}\n${rule}`], ...others);

    const { said } = await explain(
      ...([folder, "tove", `prod/${where}`, "20m"] as const),
      ...["--label", "team=data", "--risk", risk, "--at", "2027-01-18T10:00Z"],
    );

    expect(said.split("\n").filter((line) => /notOffered|covers it/.test(line))).toEqual([
      `  notOffered: no rule lends it, or nobody could say yes: ${where.split(",").sort().join(", ")}`,
      `    rule ${guilty} covers it: too few people could say yes to it`,
    ]);
  });
});

describe("a contract ends what is lent:", () => {
  /** Tove's last day is 2099-03-31. */
  const late = (duration: string, at: string, ...more: readonly string[]) =>
    explain(EXAMPLE, "tove", "prod/warehouse", duration, "--label", "team=data", "--at", at, ...more);
  /** Birch looks by day alone: in Berlin. */
  const NOON = changed(["rules.yaml", "now.hour >= 8 && now.hour < 18", "true"]);
  const atNight = (at: string, ...more: readonly string[]) =>
    explain(NOON, "tove", "prod/warehouse", "2h", "--label", "team=data", "--at", at, ...more);

  test("explain says how long it would last on the last day, until when, and why", async () => {
    const { said } = await atNight("2099-03-31T23:30Z");
    const json = await atNight("2099-03-31T23:30Z", "--format", "json");

    expect(said.split("\n").slice(0, 3)).toEqual([
      "Tove Lind (tove) may have Read logs (logs) in warehouse on prod for 30 min, not for 2h.",
      "  until   2099-04-01T00:00Z: their contract ends then",
      "  by      rule birch-data, at most 2 h",
    ]);
    expect(JSON.parse(json.said)).toMatchObject({ may: true, mostSeconds: 1800 });
  });

  test("explain says nothing of it where there is time enough", async () => {
    const { said } = await atNight("2099-03-31T22:00Z");

    expect(said).toContain("on prod for 2h.\n  by ");
    expect(said).not.toContain("until");
  });

  test("in an emergency too", async () => {
    const folder = changed(["company.yaml", "U01234576 }", 'U01234576, contractEnd: "2027-01-18" }']);

    const { said } = await explain(folder, "noor", "prod/ledger", "10m", "--at", "2027-01-18T23:45Z");

    expect(said).toContain("In an emergency Noor Haddad (noor) may lend themselves that at once, at most 15 min.");
  });

  test("a golden case is judged by it", async () => {
    const asked = (most: string) => `at: 2099-03-31T23:30Z
namespaceLabels: { prod: { warehouse: { team: data } } }
cases:
  - { name: a, who: tove, what: logs, where: prod/warehouse, for: 2h, may: true, needs: { atMost: ${most} } }
`;

    expect(await runCase(NOON, asked("2h"))).toMatchObject({
      code: 1,
      text: expect.stringContaining("a: needs.atMost is 30 min, not 2 h"),
    });
    expect(await runCase(NOON, asked("30m"))).toMatchObject({ code: 0 });
  });

  test("past it, explain says that it is over and not that rules come near", async () => {
    const { said } = await late("1h", "2099-04-01T10:00Z");

    expect(said.split("\n").slice(1)).toEqual([
      "  nothingOnOffer: no rule names them, or their contract is over",
      "    their contract is over: its last day was 2099-03-31",
    ]);
  });
});

test("the rules that come near are found by the labels that are told", async () => {
  const { said } = await explain(EXAMPLE, "lena", "prod/warehouse", "1h", "--label", "team=data");

  expect(said).toContain("    rule birch-data is for birch");
});

describe("a day that is in no calendar is no moment:", () => {
  test.each(["2027-02-30", "2027-04-31T10:00Z", "2027-02-29T10:00+02:00", "2027-00-10", "2027-13-01", "2027-01-00"])(
    "%s",
    async (moment) => {
      expect(await policyCommand("lint", EXAMPLE, "--now", moment)).toMatchObject({ code: 2 });
      expect(await explain(EXAMPLE, "lena", "prod/payments", "1h", "--at", moment)).toMatchObject({ code: 2 });
      expect(await runCase(changed(), `at: ${moment}\ncases: []\n`)).toMatchObject({
        code: 1,
        text: expect.stringContaining(`policy.cases.yaml:2:5: at: "${moment}" is no moment: write 2027-01-18T10:00Z`),
      });
    },
  );

  test("but the last of February is where the year has it", async () => {
    expect(await policyCommand("lint", EXAMPLE, "--now", "2028-02-29")).toMatchObject({ code: 0 });
    expect(await policyCommand("lint", EXAMPLE, "--now", "2028-02-29T23:00:00-05:00")).toMatchObject({ code: 0 });
  });
});
