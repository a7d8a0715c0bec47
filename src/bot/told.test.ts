import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { describe, expect, test } from "vitest";
import type { Telling } from "../workflows/ports.ts";
import { NeverTold, toldFrom } from "./told.ts";

const TELLING: Telling = { key: "card-1", lane: "C0PAYMENTS", tell: { kind: "card", request: "abcdefghij" } };

function tell(cause: unknown) {
  const logged: string[] = [];
  const write = (message: string, fields: object = {}) => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  const told = toldFrom(cause, TELLING, { debug: write, info: write, warn: write, error: write });
  return { told, logged: logged.join("\n") };
}

const refused = (error: string) => new WebAPIPlatformError({ ok: false, error });

describe("what Slack did not take", () => {
  test("waits as long as Slack says after a 429", () => {
    expect(tell(new WebAPIRateLimitedError(7)).told).toEqual({ told: false, retryAfterMs: 7_000 });
  });

  test.each([
    ["no answer", new WebAPIRequestError(new Error("socket hang up"))],
    ["a 503", new WebAPIHTTPError(503, "Unavailable", {})],
    ["trouble of its own", refused("internal_error")],
  ])("comes again soon after %s", (_, cause) => {
    expect(tell(cause).told).toEqual({ told: false, retryAfterMs: 2_000 });
  });

  test.each(["not_in_channel", "channel_not_found", "is_archived"])(
    "is kept while somebody has to act (%s), and the log says how",
    (error) => {
      const { told, logged } = tell(refused(error));

      expect(told).toEqual({ told: false, retryAfterMs: 30_000 });
      expect(logged).toMatch(/invite the app|unarchive/);
    },
  );

  test("is kept at an unknown word of Slack's, rather than lost", () => {
    expect(tell(refused("something_new")).told).toEqual({ told: false, retryAfterMs: 30_000 });
  });

  test.each(["invalid_blocks", "user_disabled"])("is given up where no waiting helps (%s)", (error) => {
    expect(tell(refused(error)).told).toEqual({ told: false, never: `slack: ${error}` });
  });

  test("is given up when its record is gone", () => {
    expect(tell(new NeverTold("request x is no longer in the store")).told).toHaveProperty("never");
  });

  test("is thrown when it is a fault of ours, for the outbox to try again", () => {
    expect(() => tell(new TypeError("undefined is not a function"))).toThrow(TypeError);
  });
});
