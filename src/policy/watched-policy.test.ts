import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { type PolicyReport, type WatchedPolicy, watchPolicy } from "./watched-policy.ts";

const root = mkdtempSync(join(tmpdir(), "daypass-watched-"));
afterAll(() => rmSync(root, { recursive: true }));

const GOOD = JSON.stringify(POLICY_INPUT);
/** Jo's name is longer by a letter; all else is the same. */
const OTHER = GOOD.replace("Mia Contractor", "Mia Contractors");
const BAD = JSON.stringify({ ...POLICY_INPUT, version: 2, allowAll: true });
/** A policy as it is when half of the file was written: whole by itself. */
const HALF = JSON.stringify({ ...POLICY_INPUT, rules: [] });

let made = 0;

/** Starts watching a new folder's policy.yaml with this text (null: none there), looking every 10 ms. */
async function watched(text: string | null, { broken = 0 } = {}) {
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
  const policy = await watchPolicy({ path, events, tell, everyMs: 10 });
  onTestFinished(() => policy.close());
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
    await vi.waitFor(() => expect(nameOfMia(policy)).toBe("Mia Contractor"));
  });
});

describe("while it runs", () => {
  test("a change is in force without a restart", async () => {
    const { policy, path } = await watched(GOOD);
    const before = policy.current()?.hash;

    writeFileSync(path, OTHER);

    await vi.waitFor(() => expect(nameOfMia(policy)).toBe("Mia Contractors"));
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
    const mounted = await watchPolicy({ path: mount, events: createRecordedEvents(), everyMs: 10 });
    onTestFinished(() => mounted.close());
    expect(nameOfMia(mounted)).toBe("Mia Contractor");

    symlinkSync("..two", join(mount, "..data_tmp"));
    renameSync(join(mount, "..data_tmp"), join(mount, "..data"));

    await vi.waitFor(() => expect(nameOfMia(mounted)).toBe("Mia Contractors"));
  });

  test("what is seen once does not count: a file that is half written may well be a policy", async () => {
    const { policy, path, events } = await watched(GOOD);
    const hash = policy.current()?.hash;
    let texts = 0;

    // Each look finds another text, as of a file that is being written.
    const writing = setInterval(() => writeFileSync(path, `${HALF}\n${"#".repeat(texts++)}`), 2);
    onTestFinished(() => clearInterval(writing));
    await vi.waitFor(() => expect(texts).toBeGreaterThan(30));

    expect(policy.current()?.hash).toBe(hash);
    expect(events.happenings.filter(({ what }) => what === "the policy was read")).toHaveLength(1);
  });
});

describe("a bad version", () => {
  test("leaves the last good one in force, is logged once, and is told once", async () => {
    const { policy, path, events, told } = await watched(GOOD);

    writeFileSync(path, BAD);
    await vi.waitFor(() => expect(told).toHaveLength(1));
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
    await vi.waitFor(() => expect(told).toHaveLength(1));
    writeFileSync(path, "[");
    await vi.waitFor(() => expect(told).toHaveLength(2));

    expect(told[0]?.hash).not.toBe(told[1]?.hash);
  });

  test("is told as mended when a good one follows, be it the same as before", async () => {
    const { policy, path, told } = await watched(GOOD);
    const before = policy.current()?.hash;

    writeFileSync(path, BAD);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    writeFileSync(path, GOOD);
    await vi.waitFor(() => expect(told).toHaveLength(2));

    expect(told[1]).toMatchObject({ hash: told[0]?.hash, faults: [], inForce: { hash: before } });
    expect(policy.current()?.hash).toBe(before);
  });

  test("is a file that is gone, too", async () => {
    const { policy, path, told } = await watched(GOOD);

    rmSync(path);
    await vi.waitFor(() => expect(told).toHaveLength(1));

    expect(told[0]?.faults[0]?.message).toBe("cannot be read (ENOENT)");
    expect(nameOfMia(policy)).toBe("Mia Contractor");
  });

  test("is told later where it cannot be told now", async () => {
    const { path, told } = await watched(GOOD, { broken: 3 });

    writeFileSync(path, BAD);

    await vi.waitFor(() => expect(told).toHaveLength(1));
  });
});
