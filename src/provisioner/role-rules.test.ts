import { describe, expect, test } from "vitest";
import { allows, cellsOf, hashRole, sayCell } from "./role-rules.ts";

const READ = { apiGroups: [""], resources: ["pods", "services"], verbs: ["get", "list"] };
const LOG = { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] };

describe("a role's hash", () => {
  const role = (...rules: object[]) => ({ rules: rules as never });

  test("is the same for what RBAC reads alike", () => {
    const turned = { apiGroups: [""], resources: ["services", "pods", "pods"], verbs: ["list", "get"] };

    expect(hashRole(role(READ, LOG))).toBe(hashRole(role(LOG, turned, LOG)));
    expect(hashRole(role({ ...READ, resourceNames: [] }))).toBe(hashRole(role(READ)));
    expect(hashRole(role(READ))).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test.each([
    ["a verb more", { ...READ, verbs: ["get", "list", "watch"] }],
    ["a resource more", { ...READ, resources: ["pods", "services", "secrets"] }],
    ["another group", { ...READ, apiGroups: ["apps"] }],
    ["names", { ...READ, resourceNames: ["api-0"] }],
    ["a verb that looks like two", { ...READ, verbs: ["get,list"] }],
    ["a resource in the place of a verb", { ...READ, resources: ["get", "list"], verbs: ["pods", "services"] }],
    ["a URL", { nonResourceURLs: ["pods", "services"], apiGroups: [""], verbs: ["get", "list"] }],
  ])("differs by %s", (_, changed) => {
    expect(hashRole(role(changed))).not.toBe(hashRole(role(READ)));
  });

  test("there is none of a role that can grow by others", () => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { grow: "yes" } }] };

    expect(hashRole({ aggregationRule, rules: [] })).toBeNull();
    expect(hashRole({})).toBe(hashRole({ rules: [] }));
  });
});

describe("the questions that a role answers with yes", () => {
  test("are one a rule, three at most, writing first", () => {
    const deleting = { apiGroups: [""], resources: ["pods"], verbs: ["get", "delete"] };
    const apps = { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"] };

    expect(cellsOf([READ, LOG, apps, deleting]).map(sayCell)).toEqual(["delete pods", "get pods", "get pods/log"]);
  });

  test("name an object where the rule does", () => {
    expect(cellsOf([{ ...LOG, resourceNames: ["api-0"] }])).toEqual([
      { verb: "get", group: "", resource: "pods", subresource: "log", name: "api-0" },
    ]);
  });

  test("are none of wildcards, which say nothing concrete", () => {
    expect(cellsOf([{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }])).toEqual([]);
    expect(cellsOf([{ nonResourceURLs: ["/healthz"], verbs: ["get"] }])).toEqual([]);
  });

  test("are all allowed by the role that they come from", () => {
    const rules = [READ, { ...LOG, resourceNames: ["api-0"] }];

    expect(cellsOf(rules).every((cell) => allows(rules, cell))).toBe(true);
  });
});

describe("RBAC's matching", () => {
  const secrets = { verb: "get", group: "", resource: "secrets" };
  const log = { verb: "get", group: "", resource: "pods", subresource: "log" };

  test.each([
    ["a wildcard of all", { apiGroups: ["*"], resources: ["*"], verbs: ["*"] }, secrets, true],
    ["the resource by name", { apiGroups: [""], resources: ["secrets"], verbs: ["get"] }, secrets, true],
    ["another verb", { apiGroups: [""], resources: ["secrets"], verbs: ["list"] }, secrets, false],
    ["another group", { apiGroups: ["apps"], resources: ["secrets"], verbs: ["get"] }, secrets, false],
    ["some names, asked for all", { ...READ, resources: ["secrets"], resourceNames: ["a"] }, secrets, false],
    [
      "a name that is asked for",
      { ...READ, resources: ["secrets"], resourceNames: ["a"] },
      { ...secrets, name: "a" },
      true,
    ],
    ["the resource, asked for its subresource", { ...READ, resources: ["pods"] }, log, false],
    ["a subresource of any resource", { ...READ, resources: ["*/log"] }, log, true],
    ["any resource, asked for a subresource", { ...READ, resources: ["*"] }, log, true],
    ["pods/*, which is no wildcard", { ...READ, resources: ["pods/*"] }, log, false],
  ])("of %s", (_, rule, cell, expected) => {
    expect(allows([rule], cell)).toBe(expected);
  });
});
