import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join, relative } from "node:path";
import { due } from "./due.ts";

/** One test whose name begins with a promise's number. */
interface Carrier {
  readonly promise: string;
  readonly name: string;
  readonly file: string;
  readonly onRealParts: boolean;
}

const root = join(import.meta.dirname, "../..");
const promises = readPromises();
const carriers = await findCarriers();

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
}
console.log(`\npromises: ${due.size} due, ${missing} without a test on real parts`);
process.exitCode = missing === 0 ? 0 : 1;

/** The promises are kept in docs/security.md, number and sentence, as a table. */
function readPromises(): Map<string, string> {
  const text = readFileSync(join(root, "docs/security.md"), "utf8");
  return new Map(
    [...text.matchAll(/^\| (P\d+) \| ([^|]+) \|/gm)].map(([, promise = "", words = ""]) => [promise, words.trim()]),
  );
}

/** Reads names from the sources: a contract suite counts as real where some test file runs it on the real part. */
async function findCarriers(): Promise<readonly Carrier[]> {
  const files: string[] = [];
  for await (const file of glob("{src,test}/**/*.{test,contract}.ts", { cwd: root })) files.push(file);
  const texts = new Map(files.sort().map((file) => [file, readFileSync(join(root, file), "utf8")]));
  return [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/\b(?:it|test)(?:\.each\([^)]*\))?\(\s*(["'`])(P\d+) · (.+?)\1/g)].map(
      ([, , promise = "", name = ""]) => ({
        promise,
        name,
        file: relative(".", file),
        onRealParts: isReal(file, texts),
      }),
    ),
  );
}

function isReal(file: string, texts: ReadonlyMap<string, string>): boolean {
  const text = texts.get(file) ?? "";
  if (!file.endsWith(".contract.ts")) return /\buse(?:Kubernetes|Redis|Journey)\(/.test(text);
  const name = file.split("/").at(-1) ?? "";
  return [...texts].some(([other, its]) => other.endsWith(".test.ts") && its.includes(name) && isReal(other, texts));
}
