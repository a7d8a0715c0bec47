import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { sayFault } from "../fault.ts";
import type { ReadingThread } from "./read-apart.ts";
import { type PolicyReport, type WatchedPolicy, watchPolicy } from "./watched-policy.ts";

const root = mkdtempSync(join(tmpdir(), "daypass-watched-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Reads as the real one does, but for a text that says otherwise. */
const READER = new URL("../../test/policy/reader.fixture.ts", import.meta.url);

const GOOD = JSON.stringify(POLICY_INPUT);
/** Jo's name is longer by a letter; all else is the same. */
const OTHER = GOOD.replace("Mia Contractor", "Mia Contractors");
const BAD = JSON.stringify({ ...POLICY_INPUT, version: 2, allowAll: true });
/** A policy as it is when half of the file was written: whole by itself. */
const HALF = JSON.stringify({ ...POLICY_INPUT, rules: [] });

/** A thread starts for each version that is read. */
const PATIENCE = { timeout: 20_000 };

let made = 0;

/** Starts watching a new folder's policy.yaml with this text (null: none there), looking every 10 ms. */
async function watched(
  text: string | null,
  { broken = 0, reading = {} }: { broken?: number; reading?: ReadingThread } = {},
) {
  made += 1;
  const folder = join(root, String(made));
  mkdirSync(folder);
  const path = join(folder, "policy.yaml");
  if (text !== null) writeFileSync(path, text);
  const events = createRecordedEvents();
  const told: PolicyReport[] = [];
  let failures = broken;
  const tell = async (report: PolicyReport) => {
    failures -= 1;
    if (failures >= 0) throw new Error("the store is down");
    told.push(report);
  };
  const policy = watchPolicy({ path, events, tell, everyMs: 10, reading });
  onTestFinished(() => policy.close());
  await policy.first;
  return { policy, path, folder, events, told };
}

const nameOfMia = (policy: WatchedPolicy) => policy.current()?.policy.people.mia?.name;
const faultsIn = ({ failures }: { failures: readonly { what: string }[] }) =>
  failures.filter(({ what }) => what.startsWith("policy fault")).length;

describe("at the start", () => {
  test("a policy without fault is in force, with its hash", async () => {
    const { policy, events } = await watched(GOOD);

    expect(policy.current()?.hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(policy.current()?.policy.people.mia).toMatchObject({ name: "Mia Contractor" });
    expect(events.failures).toEqual([]);
  });

  test("a policy with faults is no policy: each is logged, and nothing is thrown, since endings go on", async () => {
    const { policy, events, told } = await watched(BAD);

    expect(policy.current()).toBeNull();
    expect(faultsIn(events)).toBe(2);
    expect(told).toEqual([]);
  });

  test("a policy that is not there is no policy, until it comes", async () => {
    const { policy, events, path } = await watched(null);

    expect(policy.current()).toBeNull();
    expect(faultsIn(events)).toBe(1);
    writeFileSync(path, GOOD);
    await vi.waitFor(() => expect(nameOfMia(policy)).toBe("Mia Contractor"), PATIENCE);
  });
});

describe("while it runs", () => {
  test("a change is in force without a restart", async () => {
    const { policy, path } = await watched(GOOD);
    const before = policy.current()?.hash;

    writeFileSync(path, OTHER);

    await vi.waitFor(() => expect(nameOfMia(policy)).toBe("Mia Contractors"), PATIENCE);
    expect(policy.current()?.hash).not.toBe(before);
  });

  test("a change that a mounted ConfigMap makes, by turning a link around, is seen", async () => {
    const { policy, folder } = await watched(GOOD);
    await policy.close();
    const mount = join(folder, "mount");
    for (const [name, text] of [
      ["..one", GOOD],
      ["..two", OTHER],
    ] as const) {
      mkdirSync(join(mount, name), { recursive: true });
      writeFileSync(join(mount, name, "policy.yaml"), text);
    }
    symlinkSync("..one", join(mount, "..data"));
    symlinkSync("..data/policy.yaml", join(mount, "policy.yaml"));
    const mounted = watchPolicy({ path: mount, events: createRecordedEvents(), everyMs: 10 });
    onTestFinished(() => mounted.close());
    await mounted.first;
    expect(nameOfMia(mounted)).toBe("Mia Contractor");

    symlinkSync("..two", join(mount, "..data_tmp"));
    renameSync(join(mount, "..data_tmp"), join(mount, "..data"));

    await vi.waitFor(() => expect(nameOfMia(mounted)).toBe("Mia Contractors"), PATIENCE);
  });

  test("what is seen once does not count: a file that is half written may well be a policy", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { policy, path, events } = await watched(GOOD);
    // One timer is left: that of the next look, or of a version that is being read.
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise(setImmediate);
    };
    const isAtRest = () => vi.getTimerCount() === 1;
    const look = async () => {
      await until(isAtRest);
      vi.runOnlyPendingTimers();
      await until(isAtRest);
    };

    writeFileSync(path, HALF);
    await look();
    writeFileSync(path, OTHER);
    await look();
    await look();
    await until(() => nameOfMia(policy) === "Mia Contractors");

    expect(events.happenings.filter(({ what }) => what === "the policy was read")).toHaveLength(2);
    expect(events.failures).toEqual([]);
  });
});

describe("a bad version", () => {
  test("leaves the last good one in force, is logged once, and is told once", async () => {
    const { policy, path, events, told } = await watched(GOOD);

    writeFileSync(path, BAD);
    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);
    writeFileSync(path, BAD);
    await new Promise((resolve) => setTimeout(resolve, 60));

    expect(nameOfMia(policy)).toBe("Mia Contractor");
    expect(faultsIn(events)).toBe(2);
    expect(told).toHaveLength(1);
    expect(told[0]?.faults.map(({ message }) => message)).toEqual([
      "version: write 1",
      'there is no setting "allowAll"',
    ]);
  });

  test("is told for each version that is bad", async () => {
    const { path, told } = await watched(GOOD);

    writeFileSync(path, BAD);
    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);
    writeFileSync(path, "[");
    await vi.waitFor(() => expect(told).toHaveLength(2), PATIENCE);

    expect(told[0]?.hash).not.toBe(told[1]?.hash);
  });

  test("is told as mended when a good one follows, be it the same as before", async () => {
    const { policy, path, told } = await watched(GOOD);
    const before = policy.current()?.hash;

    writeFileSync(path, BAD);
    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);
    writeFileSync(path, GOOD);
    await vi.waitFor(() => expect(told).toHaveLength(2), PATIENCE);

    expect(told[1]).toMatchObject({ hash: told[0]?.hash, faults: [], inForce: { hash: before } });
    expect(policy.current()?.hash).toBe(before);
  });

  test("is a file that is gone, too", async () => {
    const { policy, path, told } = await watched(GOOD);

    rmSync(path);
    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);

    expect(told[0]?.faults[0]?.message).toBe("cannot be read (ENOENT)");
    expect(nameOfMia(policy)).toBe("Mia Contractor");
  });

  test("with thousands of faults is logged and told by the first twenty, and by how many more there are", async () => {
    const { path, told, events } = await watched(GOOD);
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`setting${i}`, true]));

    writeFileSync(path, JSON.stringify({ ...POLICY_INPUT, ...many }));
    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);

    expect(faultsIn(events)).toBe(21);
    expect(told[0]?.faults).toHaveLength(21);
    expect(told[0]?.faults.at(-1)?.message).toBe("and 2980 more faults");
  });

  test("is told later where it cannot be told now", async () => {
    const { path, told } = await watched(GOOD, { broken: 3 });

    writeFileSync(path, BAD);

    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);
  });
});

describe("P7 · a version that nobody can read in time", () => {
  const NEVER = `# never ends\n${OTHER}`;
  const reading = { entry: READER, deadlineMs: 4_000 };

  test("leaves the last good one in force, and is told once with what to do, however often it is tried", async () => {
    const { policy, path, told, events } = await watched(GOOD, { reading });
    const begun = join(path, "../begun");

    writeFileSync(path, `# never ends, begins with ${begun}\n${OTHER}`);
    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);
    await vi.waitFor(() => expect(readFileSync(begun, "utf8")).toBe("!!!"), { timeout: 50_000 });

    expect(nameOfMia(policy)).toBe("Mia Contractor");
    expect(told.map(({ faults }) => faults.map(sayFault))).toEqual([
      [`${path}:1:1: it was not read within 4 s: it is tried again; lint it, and make it smaller`],
    ]);
    expect(faultsIn(events)).toBe(1);
  });

  test("makes room for the next one that can be read", async () => {
    const { policy, path, told } = await watched(GOOD, { reading });

    writeFileSync(path, NEVER);
    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);
    writeFileSync(path, OTHER);
    await vi.waitFor(() => expect(nameOfMia(policy)).toBe("Mia Contractors"), PATIENCE);

    await vi.waitFor(() => expect(told[1]).toMatchObject({ hash: told[0]?.hash, faults: [] }), PATIENCE);
  });

  test("is in force once it can be read, unchanged as it is", async () => {
    const { policy, path, told } = await watched(GOOD, { reading });
    const flag = join(path, "../mended");

    writeFileSync(path, `# never ends until ${flag}\n${OTHER}`);
    await vi.waitFor(() => expect(told).toHaveLength(1), PATIENCE);
    writeFileSync(flag, "");
    await vi.waitFor(() => expect(nameOfMia(policy)).toBe("Mia Contractors"), PATIENCE);

    await vi.waitFor(() => expect(told[1]?.faults).toEqual([]), PATIENCE);
  });

  test("does not keep a process that is to stop", async () => {
    const { policy, path } = await watched(GOOD, { reading: { entry: READER, deadlineMs: 600_000 } });
    const begun = join(path, "../begun");
    writeFileSync(path, `# never ends, begins with ${begun}\n${OTHER}`);
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), PATIENCE);

    await policy.close();

    expect(nameOfMia(policy)).toBe("Mia Contractor");
  });
});
