import { afterAll, beforeAll, expect, test } from "vitest";
import { createOverlay, type Overlay } from "./overlay.ts";

const IMPURE: Readonly<Record<string, string>> = {
  process: "export const pid = process.pid;\n",
  setTimeout: "export const later = () => setTimeout(() => {}, 1);\n",
  fetch: 'export const page = () => fetch("https://example.org");\n',
  console: 'export const say = () => console.log("");\n',
  Buffer: 'export const bytes = () => Buffer.from("");\n',
  performance: "export const moment = () => performance.now();\n",
  crypto: "export const id = () => crypto.randomUUID();\n",
  window: "export const width = () => window.innerWidth;\n",
};

let overlay: Overlay;
let faults: readonly string[];

beforeAll(() => {
  overlay = createOverlay({
    ...Object.fromEntries(Object.entries(IMPURE).map(([name, text]) => [pathOf(name), text])),
    "src/workflows/pure.ts":
      'import { z } from "zod";\n\nexport const most = Math.min(1, 2);\nexport const Word = z.string();\n',
    // Were tests compiled here, this would be a fault.
    "src/workflows/pure.test.ts": "export const pid = process.pid;\n",
    "src/bot/talk.ts": "export const pid = process.pid;\n",
  });
  faults = overlay.run("tsc", "-p", "tsconfig.core.json", "--pretty", "false").output.split("\n").filter(Boolean);
});
afterAll(() => overlay.remove());

function pathOf(name: string): string {
  return `src/workflows/uses-${name.toLowerCase()}.ts`;
}

test.each(Object.keys(IMPURE))("in workflows %s does not compile", (name) => {
  const own = faults.filter((fault) => fault.startsWith(pathOf(name)));

  expect(own.join("\n")).toMatch(new RegExp(`Cannot find name '${name}'`));
});

test("pure code with zod compiles, and tests and other folders are left to the other config", () => {
  expect(faults.filter((fault) => !fault.startsWith("src/workflows/uses-"))).toEqual([]);
});
