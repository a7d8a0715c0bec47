import { beforeEach, describe, expect, test } from "vitest";
import { type CallGate, createCallGate } from "./call-gate.ts";
import { type Answer, NoAnswer } from "./undici-http.ts";

let now: number;
let gate: CallGate;

beforeEach(() => {
  now = 0;
  gate = createCallGate("prod", () => now);
});

const OK: Answer = { status: 200, headers: {}, text: "" };
const answered = (answer: Answer = OK) => gate.pass(async () => answer);
const unanswered = () =>
  gate.pass(() => Promise.reject(new NoAnswer(Object.assign(new Error("no"), { code: "UND_ERR_HEADERS_TIMEOUT" }))));

/** A call that is under way until it is told how it ends. */
function openCall() {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const passing = gate.pass(() => promise);
  passing.catch(() => {});
  return { passing, answer: () => resolve(OK), fall: () => reject(new NoAnswer(new Error("late"))) };
}

async function troubleOf(call: Promise<unknown>) {
  return call.then(
    () => null,
    (error: unknown) => error,
  );
}

describe("a cluster that asks to be left alone", () => {
  test.each([429, 503])("gets no call until the moment it named with %i", async (status) => {
    await answered({ ...OK, status, headers: { "retry-after": "7" } });
    let calls = 0;
    const call = () =>
      gate.pass(async () => {
        calls += 1;
        return OK;
      });

    now = 6_999;
    const trouble = await troubleOf(call());

    expect(trouble).toMatchObject({ name: "ClusterTrouble", retryAfterMs: 1, silent: false });
    expect(trouble).toMatchObject({ message: "prod asked not to be called for 1 s more" });
    expect(calls).toBe(0);
    now = 7_000;
    expect(await call()).toBe(OK);
  });

  test("is called at once where it named no moment, or answered otherwise", async () => {
    await answered({ ...OK, status: 429 });
    await answered({ ...OK, status: 500, headers: { "retry-after": "7" } });

    expect(await answered()).toBe(OK);
  });

  test("is not called sooner because a later answer named an earlier moment", async () => {
    const [first, second] = [openGate(429, "30"), openGate(429, "1")];
    await Promise.all([first(), second()]);

    now = 2_000;
    expect(await troubleOf(answered())).toMatchObject({ retryAfterMs: 28_000 });
  });
});

/** Returns a call that both of two can be in the middle of. */
function openGate(status: number, header: string) {
  return () => gate.pass(async () => ({ ...OK, status, headers: { "retry-after": header } }));
}

describe("P12 · a cluster that is silent", () => {
  test("has ten calls waiting for it at most, and further ones fail at once", async () => {
    await troubleOf(unanswered());
    const waiting = Array.from({ length: 10 }, openCall);

    const trouble = await troubleOf(answered());

    expect(trouble).toMatchObject({ name: "ClusterTrouble", silent: true });
    expect(trouble).toMatchObject({
      message: "prod does not answer (UND_ERR_HEADERS_TIMEOUT), and others are trying already",
    });
    waiting[0]?.fall();
    await troubleOf(waiting[0]?.passing ?? Promise.resolve());
    expect(await answered()).toBe(OK);
  });

  test("is open again for everybody at its first answer", async () => {
    await troubleOf(unanswered());
    const waiting = Array.from({ length: 10 }, openCall);
    expect(await troubleOf(answered())).not.toBeNull();

    waiting[4]?.answer();
    await waiting[4]?.passing;

    const many = Array.from({ length: 50 }, openCall);
    expect(await answered()).toBe(OK);
    for (const call of many) call.answer();
    await Promise.all(many.map(({ passing }) => passing));
  });

  test("is not what one slow call among answered ones makes of it", async () => {
    const slow = openCall();
    now = 1_000;
    await answered();
    now = 3_000;
    slow.fall();
    await troubleOf(slow.passing);
    const many = Array.from({ length: 50 }, openCall);

    expect(await answered()).toBe(OK);
    for (const call of many) call.answer();
  });

  test("is not what a call of our own making makes of it", async () => {
    await troubleOf(gate.pass(() => Promise.reject(new TypeError("ours"))));
    const many = Array.from({ length: 50 }, openCall);

    expect(await answered()).toBe(OK);
    for (const call of many) call.answer();
  });
});
