import type { PersonRecord } from "../../src/workflows/person.ts";
import type { ClusterFacts, Facts, People } from "../../src/workflows/ports.ts";
import type { Cards } from "../../src/workflows/telling.ts";

/** Returns records of people in memory. */
export function createMemoryPeople(known: readonly PersonRecord[] = []): People {
  const records = new Map(known.map((record) => [record.person, record]));
  return {
    record: async (person) => structuredClone(records.get(person) ?? null),
    save: async (record) => {
      records.set(record.person, structuredClone(record));
    },
  };
}

/** Returns what clusters look like, in memory. */
export function createMemoryFacts(known: readonly ClusterFacts[] = []): Facts {
  const all = new Map(known.map((facts) => [facts.cluster, facts]));
  return {
    of: async (cluster) => structuredClone(all.get(cluster) ?? null),
    publish: async (facts) => {
      all.set(facts.cluster, structuredClone(facts));
    },
  };
}

/** Returns where Slack messages stand, in memory. */
export function createMemoryCards(): Cards {
  const places = new Map<string, { readonly channel: string; readonly ts: string }>();
  return {
    find: async (card) => structuredClone(places.get(card) ?? null),
    keep: async (card, place) => {
      if (!places.has(card)) places.set(card, structuredClone(place));
      return structuredClone(places.get(card) ?? place);
    },
    forget: async (card) => {
      places.delete(card);
    },
  };
}
