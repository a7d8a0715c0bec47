import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readClusters, unreadableKubeconfigs } from "./clusters-file.ts";
import { FileFaults, sayFault } from "./fault.ts";

const folder = mkdtempSync(join(tmpdir(), "daypass-clusters-"));
const path = join(folder, "clusters.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  writeFileSync(path, text);
  return readClusters(path);
}

/** Takes a text; returns its faults without the file's own name. */
function faultsOf(text: string): string[] {
  try {
    read(text);
    return [];
  } catch (fault) {
    if (fault instanceof FileFaults) return fault.faults.map(sayFault).map((line) => line.replace(`${path}:`, ""));
    throw fault;
  }
}

test("a kubeconfig's path counts from the file's own folder", () => {
  expect(read("clusters:\n  - { id: prod, kubeconfig: prod.kubeconfig, context: worker }\n")).toEqual([
    { id: "prod", kubeconfig: join(folder, "prod.kubeconfig"), context: "worker" },
  ]);
});

test("an absolute path stays as it is", () => {
  expect(read("clusters:\n  - { id: prod, kubeconfig: /etc/daypass/prod }\n")).toEqual([
    { id: "prod", kubeconfig: "/etc/daypass/prod" },
  ]);
});

test("the cluster that the worker runs in needs no kubeconfig", () => {
  expect(read("clusters:\n  - { id: here, inCluster: true }\n")).toEqual([{ id: "here", inCluster: true }]);
});

test("a cluster's labels are words for the policy, written as Kubernetes writes labels", () => {
  const labelled = (label: string) => `clusters:\n  - { id: here, inCluster: true, labels: { ${label} } }\n`;

  expect(read(labelled("env: prod"))).toEqual([{ id: "here", inCluster: true, labels: { env: "prod" } }]);
  expect(faultsOf(labelled("env: 'not one'"))).toEqual([
    expect.stringContaining("clusters.0.labels.env: no label value: write one such as prod"),
  ]);
});

test("every fault of a cluster is said, each at its place", () => {
  expect(faultsOf("clusters:\n  - id: Prod\n    kubeconfg: b\n").toSorted()).toEqual([
    "2:9: clusters.0.id: use lower-case letters, digits and dashes",
    '3:5: clusters.0: there is no setting "kubeconfg"',
  ]);
});

test("a kubeconfig that is not there is named with its path, and those that can be read are not", () => {
  const clusters = read(
    "clusters:\n  - { id: prod, kubeconfig: gone }\n  - { id: eu, kubeconfig: clusters.yaml }\n  - { id: own, inCluster: true }\n",
  );

  expect(unreadableKubeconfigs(clusters)).toEqual([
    `the kubeconfig of prod cannot be read: ${join(folder, "gone")} (ENOENT)`,
  ]);
});

test.each<[string, string, RegExp]>([
  ["no cluster", "clusters: []\n", /^1:11: clusters: name at least one cluster$/],
  [
    "an id twice",
    "clusters:\n  - { id: a, inCluster: true }\n  - { id: a, kubeconfig: b }\n",
    /^3:11: clusters\.1\.id: "a" stands twice$/,
  ],
  [
    "an id that no label can hold",
    "clusters:\n  - { id: Prod_1, kubeconfig: b }\n",
    /^2:11: clusters\.0\.id: use lower-case letters/,
  ],
  ["neither way in", "clusters:\n  - { id: a }\n", /^2:5: clusters\.0: write id with kubeconfig/],
  [
    "both ways in",
    "clusters:\n  - { id: a, inCluster: true, kubeconfig: b }\n",
    /^2:5: clusters\.0: write id with kubeconfig/,
  ],
  [
    "a token in place of a kubeconfig",
    "clusters:\n  - { id: a, token: abc }\n",
    /^2:14: clusters\.0: there is no setting "token"$/,
  ],
  [
    "a setting's name with a letter missing",
    "clusters:\n  - id: a\n    kubeconfg: b\n",
    /^3:5: clusters\.0: there is no setting "kubeconfg"$/,
  ],
  ["no id", "clusters:\n  - { kubeconfig: b }\n", /^2:5: clusters\.0\.id: write an id$/],
  [
    "a context without its kubeconfig",
    "clusters:\n  - { id: a, context: b }\n",
    /^2:5: clusters\.0: write id with kub/,
  ],
  [
    "a setting nobody knows",
    "clusters:\n  - { id: a, inCluster: true }\nproxy: b\n",
    /^3:1: there is no setting "proxy"$/,
  ],
])("%s is a fault with its place", (_, text, fault) => {
  const faults = faultsOf(text);

  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(fault);
});
