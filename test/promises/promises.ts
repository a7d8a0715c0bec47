import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import { due, sides } from "./due.ts";

/** Tests as the runner itself collects them: what is commented out, skipped by a condition or never called is not there. */
const Collected = z.array(z.object({ name: z.string(), file: z.string(), projectName: z.string() }));

/** One test whose name begins with a promise's number. */
interface Carrier {
  readonly promise: string;
  readonly name: string;
  readonly file: string;
  readonly onRealParts: boolean;
}

const root = join(import.meta.dirname, "../..");
const promises = readPromises();
const carriers = collectCarriers();

const unknown = [...due].filter((promise) => !promises.has(promise));
let missing = 0;
for (const [promise, words] of promises) {
  const own = carriers.filter((carrier) => carrier.promise === promise);
  const real = own.filter((carrier) => carrier.onRealParts).length;
  const bad = due.has(promise) && real === 0;
  if (bad) missing += 1;
  const mark = bad ? "DUE, NONE ON REAL PARTS" : due.has(promise) ? "due" : "not due yet";
  console.log(`\n${promise} · ${words}\n   ${mark}: ${own.length} tests, ${real} on real parts`);
  for (const { name, file, onRealParts } of own)
    console.log(`   - ${name} (${file}${onRealParts ? "" : ", on fakes"})`);
  const open = Object.entries(sides[promise] ?? {}).filter(
    ([, names]) => !own.some(({ name, onRealParts }) => onRealParts && names.test(name)),
  );
  for (const [side] of open) console.log(`   - NONE ON REAL PARTS: ${side}`);
  if (!bad && open.length > 0) missing += 1;
}
for (const promise of unknown) console.log(`\n${promise} is due and not among the promises of docs/security.md`);
console.log(`\npromises: ${due.size} due, ${missing + unknown.length} without a test on real parts`);
process.exitCode = missing + unknown.length === 0 ? 0 : 1;

/** The promises are kept in docs/security.md, number and sentence, as a table. */
function readPromises(): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, "docs/security.md"), "utf8");
  const rows = [...text.matchAll(/^\| (P\d+) \| ([^|]+) \|/gm)];
  return new Map(rows.map(([, promise = "", words = ""]) => [promise, words.trim()]));
}

/** Has the runner collect every test, which starts the parts but runs none of them. */
function collectCarriers(): readonly Carrier[] {
  const list = join(root, "build/tests.json");
  mkdirSync(join(root, "build"), { recursive: true });
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const run = spawnSync(process.execPath, [vitest, "list", "--no-staticParse", `--json=${list}`], {
    cwd: root,
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`the tests cannot be collected:\n${run.stderr}`);
  return Collected.parse(JSON.parse(readFileSync(list, "utf8"))).flatMap(({ name, file, projectName }) => {
    const [, promise, words] = /(?:^| > )(P\d+) · (.+)$/.exec(name) ?? [];
    if (promise === undefined || words === undefined) return [];
    const path = relative(root, file);
    // A contract suite runs on the real part and on its fake; the name of the run says which.
    const onRealParts = projectName.startsWith("parts") && !/fake|memory|mock/i.test(`${path} ${name}`);
    return { promise, name: words, file: path, onRealParts };
  });
}
