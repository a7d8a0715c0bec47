import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { riskOf } from "./role-risk.ts";

const CATALOGUE = join(import.meta.dirname, "../../deploy/cluster/catalogue.yaml");
const rule = (resources: string[], verbs: string[], apiGroups = [""]) => ({ apiGroups, resources, verbs });

test.each([
  ["daypass-profile-view", "low", []],
  ["daypass-profile-logs", "low", ["read logs, which may hold credentials"]],
  [
    "daypass-profile-restart",
    "medium",
    ["delete pods, which interrupts what they do", "read logs, which may hold credentials"],
  ],
])("of the catalogue, %s is %s", (name, tier, words) => {
  const roles = parseAllDocuments(readFileSync(CATALOGUE, "utf8")).map((one) => one.toJS());
  const { rules } = roles.find(({ metadata }) => metadata.name === name);

  expect(riskOf(rules)).toEqual({ tier, words });
});

describe("high is", () => {
  test.each([
    ["everything", rule(["*"], ["*"], ["*"]), "do anything in the namespace"],
    ["reading Secrets", rule(["secrets"], ["get"]), "read every Secret of the namespace"],
    ["listing them", rule(["secrets"], ["list"]), "read every Secret of the namespace"],
    [
      "one that is named",
      { ...rule(["secrets"], ["get"]), resourceNames: ["tls"] },
      "read every Secret of the namespace",
    ],
    ["a shell", rule(["pods/exec"], ["create"]), "run commands in pods"],
    ["a shell by a wildcard of subresources", rule(["*/exec"], ["create"]), "run commands in pods"],
    ["a shell by get, as before Kubernetes 1.35", rule(["pods/attach"], ["get"]), "run commands in pods"],
    ["a token", rule(["serviceaccounts/token"], ["create"]), "make tokens of any ServiceAccount of the namespace"],
    ["a new image", rule(["deployments"], ["patch"], ["apps"]), "run code under every ServiceAccount of the namespace"],
    ["a nightly one", rule(["cronjobs"], ["*"], ["batch"]), "run code under every ServiceAccount of the namespace"],
    ["a binding", rule(["rolebindings"], ["create"], ["rbac.authorization.k8s.io"]), "grant rights to anybody"],
    ["binding what one has not", rule(["clusterroles"], ["bind"], ["*"]), "grant rights to anybody"],
    ["another's name", rule(["serviceaccounts"], ["impersonate"]), "act as somebody else"],
    ["one of its newer verbs", rule(["users"], ["impersonate:user-info"]), "act as somebody else"],
    ["a proxy", rule(["services/proxy"], ["get"]), "call pods and services from inside the control plane"],
    ["a sidecar", rule(["pods/ephemeralcontainers"], ["patch"]), "put a container into a running pod"],
    ["an open network", rule(["networkpolicies"], ["delete"], ["networking.k8s.io"]), "change what may talk to what"],
    ["a sweep", rule(["leases"], ["deletecollection"], ["coordination.k8s.io"]), "delete everything of a kind at once"],
    ["a controller nobody knows", rule(["releases"], ["create"], ["helm.example"]), "write objects of helm.example"],
    ["every group", rule(["leases"], ["patch"], ["*"]), "write objects of every kind"],
  ])("%s", (_, one, words) => {
    const risk = riskOf([rule(["pods/log"], ["get"]), one]);

    expect(risk.tier).toBe("high");
    expect(risk.words[0]).toContain(words);
  });
});

test.each([
  ["a tunnel", rule(["pods/portforward"], ["create"]), "medium"],
  ["fewer of them", rule(["deployments/scale"], ["patch"], ["apps"]), "medium"],
  ["settings", rule(["configmaps"], ["get"]), "medium"],
  ["reading what a controller nobody knows reads", rule(["releases"], ["get"], ["helm.example"]), "low"],
  ["pods/*, which RBAC reads as no wildcard", rule(["pods/*"], ["create"]), "low"],
  ["the same names in another group", rule(["secrets"], ["get"], ["apps"]), "low"],
  ["nothing", { verbs: [] }, "low"],
])("%s is %s", (_, one, tier) => {
  expect(riskOf([one]).tier).toBe(tier);
});

test("what is worst is told first, and nothing twice", () => {
  const { words } = riskOf([rule(["pods/log"], ["get"]), rule(["secrets", "pods"], ["*"]), rule(["pods"], ["create"])]);

  expect(words.at(-1)).toBe("read logs, which may hold credentials");
  expect(new Set(words).size).toBe(words.length);
});
