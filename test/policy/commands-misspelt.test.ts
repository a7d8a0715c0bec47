/** What golden cases and facts may say though few entries speak of it: a fault there would be a false one. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { policyCommand } from "./policy-command.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/policy");
const root = mkdtempSync(join(tmpdir(), "daypass-misspelt-"));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;

/** Takes facts, one case and what else stands in a rule's condition; runs it on the example, and returns what is said. */
async function runCase(facts: string, given: string, when = "") {
  made += 1;
  const folder = join(root, String(made));
  cpSync(EXAMPLE, folder, { recursive: true });
  const rules = readFileSync(join(folder, "rules.yaml"), "utf8");
  writeFileSync(
    join(folder, "rules.yaml"),
    rules.replace("when: now.hour >= 8", `when: >-\n      ${when}now.hour >= 8`),
  );
  const text = `version: 1\nat: 2027-01-18T10:00Z\n${facts}\ncases:\n  - { name: a, ${given} }\n`;
  writeFileSync(join(folder, "policy.cases.yaml"), text);
  const { said, complained } = await policyCommand("test", folder);
  return said + complained;
}
const TOVE = "who: tove, what: logs, where: prod/warehouse, for: 1h, may: true";
const WAREHOUSE = "namespaceLabels: { prod: { warehouse: { team: data";

describe("no fault is", () => {
  test.each<[string, string, string]>([
    ["a pass of on-call's where a rule for all namespaces names them", "", "held: [prod/anything logs]"],
    ["a pass of on-call's that an emergency lent them", "", "held: [prod/anything restart]"],
    [
      "labels of a namespace that is held",
      "namespaceLabels: { prod: { lake: { team: data } } }",
      "held: [prod/lake logs]",
    ],
    ["labels of a namespace that a glob names", "namespaceLabels: { dev: { payments-x: { team: data } } }", ""],
    ["labels of a namespace that is named", "namespaceLabels: { prod: { payments: { freeze: 'true' } } }", ""],
  ])("%s", async (_, facts, more) => {
    const asked = "who: noor, what: logs, where: prod/ledger, for: 1h, may: true";

    expect(await runCase(facts, `${asked}${more === "" ? "" : `, ${more}`}`)).toBe("1 of 1 cases as they should be");
  });

  test.each([
    [
      "a label that a condition asks for by name",
      "tier: gold",
      'has(target.labels.tier) && target.labels.tier == "gold" && ',
    ],
    [
      "a label that it asks for in quotes",
      "tier: gold",
      '"tier" in target.labels && target.labels["tier"] == "gold" && ',
    ],
    [
      "any label where a condition goes through them",
      "tier: gold",
      'target.labels.exists(key, key.startsWith("ti")) && ',
    ],
  ])("%s", async (_, label, when) => {
    expect(await runCase(`${WAREHOUSE}, ${label} } } }`, TOVE, when)).toBe("1 of 1 cases as they should be");
  });

  test("but one that a condition does not ask for is, though it asks for another", async () => {
    const said = await runCase(
      `${WAREHOUSE}, teir: gold } } }`,
      TOVE,
      '(!has(target.labels.tier) || target.labels["tier"] == "x") && ',
    );

    expect(said).toContain('nothing in the policy asks for a label "teir": write tier, or leave it out');
  });

  test("a pass that on-call alone may have been lent is none of somebody else's", async () => {
    const said = await runCase(`${WAREHOUSE} } } }`, `${TOVE}, held: [prod/anything restart]`);

    expect(said).toContain('held: no entry of the policy names "anything" on prod');
  });

  test("in facts, labels of a namespace that is not asked for and that they reach", async () => {
    const facts = join(root, "facts.yaml");
    writeFileSync(
      facts,
      "version: 1\nnamespaceLabels: { prod: { lake: { team: data } } }\nheld: [prod/warehouse logs]\n",
    );
    const where = ["--where", "prod/warehouse", "--label", "team=data", "--for", "1h"];

    const { code, complained } = await policyCommand(
      ...(["explain", EXAMPLE, "--who", "tove", "--what", "view", ...where, "--facts", facts] as const),
    );

    expect({ code, complained }).toEqual({ code: 0, complained: "" });
  });
});
