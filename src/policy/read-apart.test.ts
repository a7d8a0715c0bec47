import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { readApart } from "./read-apart.ts";
import { understandPolicy } from "./read-policy.ts";

const READER = new URL("../../test/policy/reader.fixture.ts", import.meta.url);
const WHOLE = readFileSync(join(import.meta.dirname, "../../test/policy/bad/date-over.yaml"), "utf8");
const NOBODY_STOPS = new AbortController().signal;
/** As long as a machine may take that has much else to do. */
const PATIENT = { deadlineMs: 60_000 };

const filesOf = (text: string) => ({ files: [{ file: "policy.yaml", text }], hash: "sha256:0" });

/** As much as a policy may hold, about 900 kB of it. */
function largest(company: string): string {
  const [rule] = POLICY_INPUT.rules;
  const [team] = POLICY_INPUT.people.mia.slack.split("/");
  const people = Array.from({ length: 4_900 }, (_, i) => {
    const name = `Somebody of a large company, number ${i}`;
    return [`p${i}`, { name, slack: `${team}/U9${String(i).padStart(8, "0")}`, company, idp: `subject-${i}` }];
  });
  const rules = Array.from({ length: 1_000 }, (_, i) => ({
    ...{ ...rule, name: `r${i}`, namespaces: [`n${i}`], whenWords: "in the daytime" },
    when: `now.hour >= 8 && now.minute != ${i % 60} && !(now.weekday in ["sat", "sun"])`,
  }));
  const all = { ...POLICY_INPUT.people, ...Object.fromEntries(people) };
  return stringify({ ...POLICY_INPUT, people: all, rules }, { aliasDuplicateObjects: false });
}

/** Turns of the event loop while the work goes on: each is a moment at which an alarm could have rung. */
async function turnsDuring<T>(work: Promise<T>): Promise<{ readonly turns: number; readonly came: T }> {
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const came = await work;
  isOver = true;
  return { turns, came };
}

describe("P7 · endings go on while", () => {
  test("the largest policy is read, which is the same as if it were read here", async () => {
    const files = filesOf(largest("acme"));

    const { turns, came } = await turnsDuring(readApart(files, NOBODY_STOPS, PATIENT));

    expect(files.files[0]?.text.length).toBeGreaterThan(800_000);
    expect(turns).toBeGreaterThan(1_000);
    expect(came).toMatchObject({ kind: "good", policy: understandPolicy(files).policy });
    expect(came?.kind === "good" && came.checked.length).toBe(60);
  });

  test.each([
    ["a policy with a fault in each of thousands of lines", largest("acne"), /there is no company "acne"/],
    [
      "ninety thousand settings that nobody knows",
      `rules:\n${` -\n${Array.from({ length: 18_000 }, (_, i) => `  k${i}: 1\n`).join("")}`.repeat(5)}`,
      /./,
    ],
    ["nothing but NULs", "\0".repeat(900_000), /a control character stands here/],
    ["an alias in each of thousands of places", `a: &a b\n${"c: [*a, *a]\n".repeat(70_000)}`, /aliases/],
  ])("%s is read, and is refused", async (_, text, words) => {
    const { turns, came } = await turnsDuring(readApart(filesOf(text), NOBODY_STOPS, PATIENT));

    expect(turns).toBeGreaterThan(1_000);
    expect(came?.kind === "bad" && came.faults.length).toBe(21);
    expect(came?.kind === "bad" && came.faults.map(({ message }) => message).join()).toMatch(words);
  });

  test("a reader that never comes back is waited for, and it is ended", async () => {
    const beats = new Int32Array(new SharedArrayBuffer(4));
    const files = { ...filesOf("# never ends"), beats };

    const { turns, came } = await turnsDuring(readApart(files, NOBODY_STOPS, { entry: READER, deadlineMs: 3_000 }));
    const counted = Atomics.load(beats, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(turns).toBeGreaterThan(1_000);
    expect(came).toMatchObject({ kind: "unread", message: expect.stringMatching(/^it was not read within 3 s: /) });
    expect(counted).not.toBe(0);
    expect(Atomics.load(beats, 0)).toBe(counted);
  });
});

describe("a reader", () => {
  const read = (text: string) => readApart(filesOf(text), NOBODY_STOPS, { entry: READER });

  test("that dies is told as one that could not read", async () => {
    expect(await read("# dies")).toMatchObject({ kind: "unread", message: expect.stringMatching(/without an answer/) });
  });

  test("that has a defect is told with its cause", async () => {
    expect(await read("# throws")).toMatchObject({ kind: "unread", cause: { message: "a defect" } });
  });

  test("sees nothing of the environment, where secrets are", async () => {
    expect(await read("# tells its environment")).toMatchObject({ kind: "unread", cause: { message: "{}" } });
  });

  test("that is stopped says nothing", async () => {
    const closing = new AbortController();
    const coming = readApart(filesOf("# never ends"), closing.signal, { entry: READER });

    closing.abort();

    expect(await coming).toBeNull();
    expect(await readApart(filesOf(WHOLE), closing.signal)).toBeNull();
  });
});
