import { expect, test } from "vitest";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { TooEarly } from "../workflows/trouble.ts";
import { DELIVERIES } from "./queues.ts";
import { comeAgainMs, work } from "./worker.ts";

test("a delivery's check that came too early comes again at its moment, and that is no fault", async () => {
  const events = createRecordedEvents();
  const nothing = async () => undefined;
  const checkDelivery = async () => Promise.reject(new TooEarly(43_500));
  const job = {
    id: "check-click-1",
    name: "check",
    data: { id: "click", grant: "abcdefghija", n: 1 },
    attemptsMade: 7,
  };

  const cause = await work({ reconcile: nothing, deliver: nothing, checkDelivery, events }, DELIVERIES, job).catch(
    (thrown: unknown) => thrown,
  );

  expect(comeAgainMs(8, cause)).toBe(43_500);
  expect(events.failures).toEqual([]);
});
