/** What somebody does to a request or a pass, by the use case that the bot calls. */
import { ask, decide, withdraw } from "../../../src/workflows/access.ts";
import { endGrant } from "../../../src/workflows/end-early.ts";
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import { mayExtend, mayReceive } from "../../../src/workflows/receive.ts";
import type { Refusal, RefusalCode } from "../../../src/workflows/refusal.ts";
import type { Less } from "../../../src/workflows/request.ts";
import { review } from "../../../src/workflows/review.ts";
import { createFakeDesk, type FakeDesk } from "../../fakes/fake-desk.ts";
import { SAMPLE_ASK } from "../../fakes/sample-asking.ts";
import { sampleRecord, sampleRequest } from "../../fakes/samples.ts";
import { askerOf, GRANT, NOW, REQUEST, recordsIn, type State } from "./states.ts";
import { type Kind, PAT, policyOf, type Role, recordOf } from "./world.ts";

/** What the product answered: what became of it in a word, or all its refusals. */
export type Answer = { readonly did: string } | { readonly refused: readonly RefusalCode[] };

/** Half an hour of it. */
export const HALF: Less = { durationSeconds: 1800, namespaces: ["payments"], startsAt: null };

/** One cell but for the act. */
export interface Cell {
  readonly role: Role;
  readonly kind: Kind;
  readonly state: State;
}

type Act = (desk: FakeDesk, by: PersonRecord, cell: Cell) => Promise<unknown>;

const click = (verdict: "approve" | "deny", less: Less | null): Act => {
  return (desk, by, { role, kind }) => {
    const asker = askerOf(role) === PAT ? recordOf(kind) : sampleRecord(askerOf(role));
    const { fingerprint } = sampleRequest();
    return decide(desk, { by, asker, request: REQUEST, fingerprint, verdict, why: null, less, said: () => false });
  };
};

/** Each act that there is; `end` hands back one's own pass and revokes another's. */
export const ACTS = {
  ask: (desk, by) => ask(desk, { ...SAMPLE_ASK, by, seed: "another" }),
  "break glass": (desk, by) => ask(desk, { ...SAMPLE_ASK, by, duration: "30m", seed: "another", breakGlass: true }),
  approve: click("approve", null),
  "approve for less": click("approve", HALF),
  deny: click("deny", null),
  withdraw: (desk, by) => withdraw(desk, { by, request: REQUEST }),
  "get kubeconfig": (desk, by) => mayReceive(desk, { by, grant: GRANT }),
  extend: async (desk, by) => {
    const grant = await mayExtend(desk, { by, grant: GRANT });
    return "refused" in grant ? grant : ask(desk, { ...SAMPLE_ASK, by, seed: "another", extends: GRANT });
  },
  end: (desk, by) => endGrant(desk, { by, grant: GRANT, words: null }),
  review: (desk, by) => review(desk, { by, request: REQUEST, words: "Nothing but logs was read" }),
} as const satisfies Record<string, Act>;
export type ActName = keyof typeof ACTS;

/** Takes an act and a cell; does it on a desk of its own and returns what the product answered. */
export async function act(name: ActName, cell: Cell, policy: PolicyShape): Promise<Answer> {
  const desk = createFakeDesk();
  desk.setPolicy(policy);
  await desk.store.commit({ writes: recordsIn(cell.state, cell.role), tellings: [], rows: [] });
  desk.clock.advance(NOW - desk.clock.now());
  const by = { ...recordOf(cell.kind), person: PAT, readAt: NOW };
  return answerOf(name, await ACTS[name](desk, by, cell));
}

function answerOf(name: ActName, answer: unknown): Answer {
  if (Array.isArray(answer)) return { refused: answer.map(({ refused }: Refusal) => refused) };
  const given = answer as Partial<Refusal> & { readonly state?: string; readonly ending?: { readonly why: string } };
  if (given.refused !== undefined) return { refused: [given.refused] };
  return { did: name === "end" ? (given.ending?.why ?? "") : name === "review" ? "reviewed" : (given.state ?? "") };
}

/** Takes nothing; returns every policy of the matrix once, by role and kind. */
export function policies(): (role: Role, kind: Kind) => PolicyShape {
  const known = new Map<string, PolicyShape>();
  return (role, kind) => {
    const policy = known.get(`${role} ${kind}`) ?? policyOf(role, kind);
    known.set(`${role} ${kind}`, policy);
    return policy;
  };
}
