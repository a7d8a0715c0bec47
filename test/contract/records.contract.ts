import { describe, expect, test } from "vitest";
import type { Facts, People } from "../../src/workflows/ports.ts";
import type { Cards } from "../../src/workflows/telling.ts";
import { NOON, SAMPLE_FACTS, sampleRecord } from "../fakes/samples.ts";

/** Takes whose records they are and how to make fresh ones; declares what all records of people promise. */
export function describePeople(name: string, make: () => Promise<People>): void {
  describe(name, () => {
    test("a person who was never saved has no record", async () => {
      const people = await make();

      expect(await people.record("mia")).toBeNull();
    });

    test("the record that was saved last is the one that is read", async () => {
      const people = await make();

      await people.save(sampleRecord("mia"));
      await people.save(sampleRecord("ada"));
      await people.save(sampleRecord("mia", { active: false, readAt: NOON + 1 }));

      expect(await people.record("mia")).toEqual(sampleRecord("mia", { active: false, readAt: NOON + 1 }));
      expect(await people.record("ada")).toEqual(sampleRecord("ada"));
    });
  });
}

/** Takes whose facts they are and how to make fresh ones; declares what all facts of clusters promise. */
export function describeFacts(name: string, make: () => Promise<Facts>): void {
  describe(name, () => {
    test("nothing is known of a cluster that was never published", async () => {
      const facts = await make();

      expect(await facts.of("prod")).toBeNull();
    });

    test("what was published last of a cluster is what is known of it", async () => {
      const facts = await make();
      const later = { ...SAMPLE_FACTS, readAt: NOON + 1, namespaces: ["payments"] };

      await facts.publish(SAMPLE_FACTS);
      await facts.publish({ ...SAMPLE_FACTS, cluster: "test" });
      await facts.publish(later);

      expect(await facts.of("prod")).toEqual(later);
      expect(await facts.of("test")).toEqual({ ...SAMPLE_FACTS, cluster: "test" });
    });
  });
}

/** Takes whose cards they are and how to make fresh ones; declares what all memories of cards promise. */
export function describeCards(name: string, make: () => Promise<Cards>): void {
  describe(name, () => {
    const place = { channel: "C0PAYMENTS", ts: "1780315200.000100" };

    test("a card that was never posted stands nowhere", async () => {
      const cards = await make();

      expect(await cards.find("request-abcdefghij")).toBeNull();
      await cards.forget("request-abcdefghij");
    });

    test("a card stands where it was kept first, until it is forgotten", async () => {
      const cards = await make();

      expect(await cards.keep("request-abcdefghij", place)).toEqual(place);
      expect(await cards.keep("request-abcdefghij", { ...place, ts: "1.0" })).toEqual(place);
      expect(await cards.keep("entry", { channel: "C0REQUESTS", ts: "2.0" })).toEqual({
        channel: "C0REQUESTS",
        ts: "2.0",
      });
      expect(await cards.find("request-abcdefghij")).toEqual(place);

      await cards.forget("request-abcdefghij");
      expect(await cards.find("request-abcdefghij")).toBeNull();
      expect(await cards.find("entry")).toEqual({ channel: "C0REQUESTS", ts: "2.0" });
    });
  });
}
