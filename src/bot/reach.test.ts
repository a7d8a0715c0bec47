import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { STORE_DOWN, STORE_SLOW } from "./messages.ts";
import type { BotParts } from "./parts.ts";
import { beforehand, reach } from "./reach.ts";

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const parts = { log } as unknown as BotParts;

/** As jobs/ says that Redis could not be asked. */
function unavailable(recorded: "nothing" | "unknown"): Promise<never> {
  return Promise.reject(new StoreUnavailable(recorded, "no connection"));
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("an answer that a person waits for", () => {
  test("comes as it is while there is time", async () => {
    expect(await reach(parts, Promise.resolve({ got: 1 }))).toEqual({ got: 1 });
  });

  test("is a sentence before Slack's three seconds are over, and never claims that nothing was recorded", async () => {
    const waiting = reach(parts, new Promise<never>(() => undefined));

    await vi.advanceTimersByTimeAsync(2_600);

    expect(await waiting).toEqual({ no: STORE_SLOW });
  });

  test("says that nothing was recorded where the store says so", async () => {
    expect(await reach(parts, unavailable("nothing"), STORE_DOWN)).toEqual({ no: STORE_DOWN });
  });

  test("leaves open what was recorded where the line broke before the answer", async () => {
    expect(await reach(parts, unavailable("unknown"), STORE_DOWN)).toEqual({ no: STORE_SLOW });
  });

  test("says that nothing was recorded where the line broke before there was anything to record", async () => {
    expect(await reach(parts, beforehand(unavailable("unknown")), STORE_DOWN)).toEqual({ no: STORE_DOWN });
  });

  test("is thrown where the fault is ours", async () => {
    await expect(reach(parts, beforehand(Promise.reject(new TypeError("ours"))))).rejects.toThrow(TypeError);
  });
});
