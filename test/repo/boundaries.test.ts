import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOverlay, type Overlay } from "./overlay.ts";

interface BadFile {
  readonly path: string;
  readonly text: string;
  /** The rule that must stop it. */
  readonly rule: string;
}

const bad = (path: string, rule: string, text: string): BadFile => ({ path, rule, text });

const WORKFLOWS = "workflows-are-pure";
const CIRCLE = 'import { there } from "./circle.ts";\nexport const back = () => there;\n';
const BAD: readonly BadFile[] = [
  bad("src/workflows/slack.ts", WORKFLOWS, 'import { App } from "@slack/bolt";\nexport const app = App;\n'),
  bad(
    "src/workflows/files.ts",
    WORKFLOWS,
    'import { readFile } from "node:fs/promises";\nexport const read = readFile;\n',
  ),
  bad(
    "src/workflows/crypto.ts",
    WORKFLOWS,
    'import { randomUUID } from "node:crypto";\nexport const id = randomUUID;\n',
  ),
  bad("src/workflows/redis.ts", WORKFLOWS, 'import type { Redis } from "ioredis";\nexport type R = Redis;\n'),
  bad(
    "src/workflows/place.ts",
    WORKFLOWS,
    'import type { Place } from "../provisioner/place.ts";\nexport type P = Place;\n',
  ),
  bad("src/workflows/late.ts", WORKFLOWS, 'export const late = () => import("../provisioner/place.ts");\n'),
  bad(
    "src/workflows/settings.ts",
    "areas-know-no-wiring",
    'import type { Settings } from "../wiring.ts";\nexport type S = Settings;\n',
  ),
  bad(
    "src/bot/place.ts",
    "areas-stay-apart",
    'import { place } from "../provisioner/place.ts";\nexport const p = place;\n',
  ),
  bad(
    "src/provisioner/job.ts",
    "areas-stay-apart",
    'import type { Job } from "../jobs/job.ts";\nexport type J = Job;\n',
  ),
  bad("src/jobs/words.ts", "areas-stay-apart", 'import { words } from "../bot/words.ts";\nexport const w = words;\n'),
  bad("src/audit/job.ts", "areas-stay-apart", 'import type { Job } from "../jobs/job.ts";\nexport type J = Job;\n'),
  bad(
    "src/bot/settings.ts",
    "areas-know-no-wiring",
    'import { settings } from "../wiring.ts";\nexport const s = settings;\n',
  ),
  bad(
    "src/jobs/slack.ts",
    "slack-only-in-bot",
    'import type { WebClient } from "@slack/web-api";\nexport type W = WebClient;\n',
  ),
  bad("src/slack.ts", "slack-only-in-bot", 'import { App } from "@slack/bolt";\nexport const app = App;\n'),
  bad(
    "src/bot/cluster.ts",
    "kubernetes-only-in-provisioner",
    'import { KubeConfig } from "@kubernetes/client-node";\nexport const k = KubeConfig;\n',
  ),
  bad("src/bot/queue.ts", "redis-only-in-jobs", 'import { Queue } from "bullmq";\nexport const q = Queue;\n'),
  bad(
    "src/provisioner/redis.ts",
    "redis-only-in-jobs",
    'import type { Redis } from "ioredis";\nexport type R = Redis;\n',
  ),
  bad(
    "src/policy/settings.ts",
    "policy-knows-files-alone",
    'import type { Settings } from "../wiring.ts";\nexport type S = Settings;\n',
  ),
  bad(
    "src/reads.ts",
    "policy-is-read-at-the-edge",
    'import { read } from "./policy/read.ts";\nexport const r = read;\n',
  ),
  bad(
    "src/workflows/cel.ts",
    "expressions-only-in-policy",
    'import { run } from "@bufbuild/cel";\nexport const r = run;\n',
  ),
  bad("src/jobs/policy.ts", "areas-stay-apart", 'import { read } from "../policy/read.ts";\nexport const r = read;\n'),
  bad(
    "src/bot/fake.ts",
    "src-stands-alone",
    'import { fake } from "../../test/fakes/fake.ts";\nexport const f = fake;\n',
  ),
  bad("src/bot/vitest.ts", "src-stands-alone", 'import { test } from "vitest";\nexport const t = test;\n'),
  bad("src/bot/circle-back.ts", "no-circles", CIRCLE),
  bad("src/bot/nowhere.ts", "no-missing-parts", 'import { gone } from "./gone.ts";\nexport const g = gone;\n'),

  bad("src/workflows/today.ts", "noRestrictedGlobals", "export const today = () => new Date();\n"),
  bad("src/workflows/moment.ts", "noRestrictedGlobals", "export const moment = () => Date.now();\n"),
  bad("src/bot/environment.ts", "noProcessEnv", "export const home = process.env.HOME;\n"),
  bad("src/bot/talk.ts", "noConsole", 'console.log("hello");\n'),
  bad("src/bot/anything.ts", "noExplicitAny", "export const id = (value: any) => value;\n"),
  bad("src/bot/surely.ts", "noNonNullAssertion", "export const first = (list: string[]) => list[0]!;\n"),
  bad("src/bot/adrift.ts", "noFloatingPromises", "async function later() {}\nexport function now() {\n  later();\n}\n"),
  bad(
    "src/bot/misused.ts",
    "noMisusedPromises",
    "export const all = (ids: string[]) => ids.forEach(async () => {});\n",
  ),
  bad("src/bot/default.ts", "noDefaultExport", "export default function nameless() {}\n"),
  bad("src/bot/barrel.ts", "noBarrelFile", 'export * from "./words.ts";\n'),
  bad("src/bot/circle-back.ts", "noImportCycles", CIRCLE),
  bad("src/bot/CamelCase.ts", "useFilenamingConvention", "export const a = 1;\n"),
  bad("src/bot/text.ts", "useThrowOnlyError", 'export function fail() {\n  throw "text";\n}\n'),
  bad(
    "src/bot/half.ts",
    "useExhaustiveSwitchCases",
    'export function say(mark: "on" | "off"): string {\n  switch (mark) {\n    case "on":\n      return "1";\n  }\n  return "";\n}\n',
  ),
];

const GOOD: Readonly<Record<string, string>> = {
  "src/wiring.ts": "export interface Settings {\n  readonly a: 1;\n}\nexport const settings: Settings = { a: 1 };\n",
  "src/config.ts": "export const home = process.env.HOME;\n",
  "src/main.ts":
    'import { words } from "./bot/words.ts";\nimport { read } from "./policy/read.ts";\nimport { place } from "./provisioner/place.ts";\n\nexport const all = [words, read, place];\n',
  "src/bot/circle.ts": 'import { back } from "./circle-back.ts";\nexport const there = () => back;\n',
  "src/bot/words.ts": 'import { App } from "@slack/bolt";\n\nexport const words = App;\n',
  "src/provisioner/place.ts":
    'import { KubeConfig } from "@kubernetes/client-node";\n\nexport interface Place {\n  readonly a: 1;\n}\nexport const place = KubeConfig;\n',
  "src/jobs/job.ts":
    'import { Queue } from "bullmq";\nimport { Redis } from "ioredis";\n\nexport interface Job {\n  readonly a: 1;\n}\nexport const job = [Queue, Redis];\n',
  "src/fault.ts": "export const fault = 1;\n",
  "src/policy/read.ts":
    'import { parse } from "@bufbuild/cel";\nimport { fault } from "../fault.ts";\nimport { Pure } from "../workflows/pure.ts";\n\nexport const read = [fault, parse, Pure];\n',
  "src/workflows/pure.ts":
    'import { z } from "zod";\nimport type { Sibling } from "./sibling.ts";\n\nexport const Pure = z.string();\nexport const sibling: Sibling = { now: 1 };\n',
  "src/workflows/sibling.ts": "export interface Sibling {\n  readonly now: number;\n}\n",
  "src/workflows/pure.test.ts":
    'import { test } from "vitest";\nimport { fake } from "../../test/fakes/fake.ts";\n\ntest("a test may ask the time", () => [fake, new Date()]);\n',
  "test/fakes/fake.ts": "export const fake = 1;\n",
  "bench/bench.ts": "export const bench = 1;\n",
};

let overlay: Overlay;
/** By rule, the files it stopped. */
const stopped = new Map<string, Set<string>>();

function stop(rule: string, path: string): void {
  stopped.set(rule, (stopped.get(rule) ?? new Set()).add(path));
}

beforeAll(() => {
  overlay = createOverlay({ ...GOOD, ...Object.fromEntries(BAD.map(({ path, text }) => [path, text])) });
  const cruise = overlay.run("depcruise", "--config", ".dependency-cruiser.cjs", "-T", "json", "src", "test", "bench");
  for (const { rule, from } of JSON.parse(cruise.output).summary.violations) stop(rule.name, from);
  const lint = overlay.run("biome", "lint", "--reporter=json", "--max-diagnostics=none", ".");
  for (const { category, location } of JSON.parse(lint.output).diagnostics) {
    stop(category?.split("/").at(-1) ?? "", location?.path?.file ?? location?.path ?? "");
  }
});
afterAll(() => overlay.remove());

describe("a bad file is stopped:", () => {
  test.each(BAD)("$rule stops $path", ({ rule, path }) => {
    expect([...(stopped.get(rule) ?? [])]).toContain(path);
  });
});

test("good files of the same kind pass", () => {
  // A circle is everybody's in it; the other half of the bad one stands among the good files.
  const inCircles = new Set(["no-circles", "noImportCycles"]);
  const found = [...stopped].flatMap(([rule, paths]) =>
    [...paths].filter((path) => path in GOOD && !inCircles.has(rule)).map((path) => `${rule}: ${path}`),
  );

  expect(found).toEqual([]);
});

test("every rule about folders has a bad file here", () => {
  const load = createRequire(import.meta.url);
  const { forbidden }: { forbidden: readonly { name: string }[] } = load("../../.dependency-cruiser.cjs");

  expect(forbidden.map(({ name }) => name).filter((name) => !BAD.some(({ rule }) => rule === name))).toEqual([]);
});
