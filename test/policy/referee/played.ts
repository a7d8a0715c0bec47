/** Plays a question through the product's own use cases, on a store in memory. */
import { hashedIds } from "../../../src/ids.ts";
import { ask, decide } from "../../../src/workflows/access.ts";
import type { Desk } from "../../../src/workflows/desk.ts";
import type { Grant } from "../../../src/workflows/grant.ts";
import { makeGrant } from "../../../src/workflows/make-grant.ts";
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { ClusterFacts, Write } from "../../../src/workflows/ports.ts";
import type { Refusal } from "../../../src/workflows/refusal.ts";
import type { PendingRequest, Request } from "../../../src/workflows/request.ts";
import { NotYet } from "../../../src/workflows/trouble.ts";
import { createFakeBench } from "../../fakes/fake-bench.ts";
import { createFakeClock } from "../../fakes/fake-clock.ts";
import { createMemoryFacts, createMemoryPeople } from "../../fakes/memory-records.ts";
import { createMemoryStore } from "../../fakes/memory-store.ts";
import { createMemoryWaker } from "../../fakes/memory-waker.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { SAMPLE_GRANTS, sampleRequest } from "../../fakes/samples.ts";
import type { Case, Click } from "./any-case.ts";
import { historyOf } from "./any-case.ts";
import { PLACES } from "./any-law.ts";
import { readTwice } from "./conditions-twice.ts";
import { bare } from "./reasons.ts";
import type { HeldPass, Waiting } from "./terms.ts";

/** A question on the product's desk. */
export interface Stage {
  ask(): Promise<PendingRequest | Request | readonly Refusal[]>;
  /** Takes the request as it is, a click, when it is, and the records of those who said yes before. */
  click(request: PendingRequest, click: Click, moment: Moment): Promise<Request | Refusal>;
  /** Takes a pass's id and what is so when it is to be made; returns whether it is. */
  make(grant: string, moment: Moment): Promise<"made" | "not made" | "not made yet">;
}

/** What is so at a click. */
export interface Moment {
  readonly now: number;
  readonly policy: PolicyShape;
  readonly facts: readonly ClusterFacts[];
  readonly known: ReadonlyMap<string, PersonRecord>;
}

/** Takes a policy and a question; returns it set up, with all that its asker and their colleagues hold. */
export async function setUp(policy: PolicyShape, question: Case): Promise<Stage> {
  const { now, ask: asked, held, open, others } = question;
  const asker = asked.by.person;
  let moment: Moment = { now, policy, facts: question.facts, known: new Map() };
  const desk: Desk = {
    ...{ store: createMemoryStore(), waker: createMemoryWaker(createFakeClock(now)), events: createRecordedEvents() },
    clock: { now: () => moment.now },
    caution: { whyNot: () => null },
    facts: {
      ...createMemoryFacts(),
      of: async (cluster) => {
        const facts = moment.facts.find((one) => one.cluster === cluster);
        return facts === undefined ? null : { ...facts, readAt: moment.now };
      },
    },
    people: { ...createMemoryPeople(), record: async (person) => moment.known.get(person) ?? null },
    policy: {
      current: () => ({ policy: moment.policy, hash: "p", conditions: readTwice(moment.policy).conditions }),
    },
    // A reason's fingerprint is its letters and digits, so that a question can say how often it was given.
    ids: { ...hashedIds, fingerprint: (shown) => (/^[[{]/.test(shown) ? hashedIds.fingerprint(shown) : bare(shown)) },
  };
  const grants = [
    ...held.map((pass, i) => passOf(asker, `own${i}`, pass)),
    ...colleaguesOf(asker).flatMap((colleague) =>
      Array.from({ length: others }, (_, i) => passOf(colleague, `${colleague}${i}`, { ...PASS, isEnding: i === 1 })),
    ),
  ];
  const waiting = open.map((pass, i) => waitingOf(asker, `open${i}`, pass, now));
  const history = historyOf(asker, {
    ...question.history,
    reasons: [{ said: bare(asked.reason), times: question.timesSaid }],
    ...{ held: held.map((_, i) => `own${i}`), open: open.map((_, i) => `open${i}`) },
  });
  const writes: Write[] = [
    ...grants.map((next) => ({ kind: "grant", expected: null, next }) as const),
    ...waiting.map((next) => ({ kind: "request", expected: null, next }) as const),
    { kind: "history", expected: null, next: history },
  ];
  await desk.store.commit({ writes, tellings: [], rows: [] });
  return {
    ask: () => ask(desk, { ...asked, duration: textOf(asked.seconds), seed: "seed", extends: null }),
    click: (request, click, next) => {
      moment = next;
      const { by, verdict, less, stepped } = click;
      const { id, fingerprint } = request;
      const said = () => stepped;
      return decide(desk, { by, asker: click.asker, request: id, fingerprint, verdict, why: null, less, said });
    },
    make: async (id, next) => {
      moment = next;
      const grant = await desk.store.grant(id);
      if (grant === null) throw new Error(`${id} was not saved`);
      try {
        const event = await makeGrant({ ...fakeBench, ...desk, clusters }, grant, next.now);
        return event.type === "proven" ? "made" : "not made";
      } catch (cause) {
        if (cause instanceof NotYet) return "not made yet";
        throw cause;
      }
    },
  };
}

/** A bench on which whatever may be made is made. */
const fakeBench = createFakeBench();
const clusters = { ...fakeBench.clusters, make: async () => ({ proven: true }) as const };

const PASS = { cluster: "prod", profile: "logs", namespaces: ["web"] };

/** Takes a person; returns the others of their company, none for an employee. */
export function colleaguesOf(person: string): readonly string[] {
  const { contractors } = PLACES;
  const company = contractors[person];
  return Object.keys(contractors).filter((other) => other !== person && contractors[other] === company);
}

function passOf(grantee: string, id: string, { isEnding, ...pass }: HeldPass): Grant {
  const usable = id.endsWith("1") ? SAMPLE_GRANTS.making : SAMPLE_GRANTS.active;
  const state = isEnding ? SAMPLE_GRANTS.ending : usable;
  return { ...state, ...pass, id, grantee, request: `request of ${id}` };
}

function waitingOf(asker: string, id: string, waiting: Waiting, now: number): PendingRequest {
  const { cluster, profile, namespaces, isLeftBehind } = waiting;
  const account = isLeftBehind ? { account: "T0HOME/U0BEFORE" } : {};
  const target = { cluster, profile, namespaces, role: `daypass-profile-${profile}`, roleHash: "h" };
  return sampleRequest({ ...account, id, asker, targets: [target], askedAt: now - 60_000, lapsesAt: now + 3_540_000 });
}

/** Takes seconds; returns them as people write them. */
function textOf(seconds: number): string {
  return `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m${seconds % 60}s`;
}
