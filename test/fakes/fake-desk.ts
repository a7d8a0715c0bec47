import { hashedIds } from "../../src/ids.ts";
import type { Desk } from "../../src/workflows/desk.ts";
import type { PersonRecord } from "../../src/workflows/person.ts";
import type { Policy } from "../../src/workflows/policy.ts";
import type { Conditions, Facts, People } from "../../src/workflows/ports.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { createMemoryFacts, createMemoryPeople } from "./memory-records.ts";
import { createMemoryStore, type MemoryStore } from "./memory-store.ts";
import { createMemoryWaker, type MemoryWaker } from "./memory-waker.ts";
import { createRecordedEvents, type RecordedEvents } from "./recorded-events.ts";
import { NO_CONDITIONS, NOON, SAMPLE_FACTS, samplePolicy, sampleRecord } from "./samples.ts";

/** The bot's desk on fakes with memory, at NOON, under the sample policy. */
export interface FakeDesk extends Desk {
  readonly store: MemoryStore;
  readonly people: People;
  readonly waker: MemoryWaker;
  readonly clock: FakeClock;
  readonly events: RecordedEvents;
  /** Takes why nothing may be granted from now on, or null. */
  setCaution(words: string | null): void;
  /** Takes the policy in force from now on (null: it cannot be read), and its expressions where it has any. */
  setPolicy(policy: Policy | null, conditions?: Conditions): void;
}

/** The worker reads `prod` as long as it lives; what a test publishes stays as it is. */
function readWhileAlive({ now }: FakeClock): Facts {
  const published = createMemoryFacts();
  const ofProd = (cluster: string) => (cluster === "prod" ? { ...structuredClone(SAMPLE_FACTS), readAt: now() } : null);
  return { ...published, of: async (cluster) => (await published.of(cluster)) ?? ofProd(cluster) };
}

/** Returns a desk of its own; everybody of the sample policy is known and was read just now. */
export function createFakeDesk(): FakeDesk {
  let policy: Policy | null = samplePolicy();
  let conditions = NO_CONDITIONS;
  let unsafe: string | null = null;
  const clock = createFakeClock(NOON);
  const known: PersonRecord[] = Object.keys(policy.people).map((person) => sampleRecord(person));
  return {
    clock,
    store: createMemoryStore(),
    people: createMemoryPeople(known),
    facts: readWhileAlive(clock),
    waker: createMemoryWaker(clock),
    policy: { current: () => policy && { policy, hash: "sha256:policy", conditions } },
    caution: { whyNot: () => unsafe },
    setCaution: (words) => {
      unsafe = words;
    },
    ids: hashedIds,
    events: createRecordedEvents(),
    setPolicy: (next, expressions = NO_CONDITIONS) => {
      policy = next;
      conditions = expressions;
    },
  };
}
