/** What is known around a request when it is judged, read so that no other change can slip in between. */
import type { Desk } from "./desk.ts";
import type { Grant } from "./grant.ts";
import { emptyHistory, type History, timesSaid, touchHistory } from "./history.ts";
import type { Millis, PersonId } from "./person.ts";
import { own, type Policy } from "./policy.ts";
import type { ClusterFacts, Store, Write } from "./ports.ts";
import type { PendingRequest, Request } from "./request.ts";
import type { Around } from "./wish.ts";

/** What was read, and the records that must not have changed when what follows from it is saved. */
export interface Surroundings {
  readonly around: Around;
  readonly history: History;
  /** The company's record; null where no limit of a company is at stake. */
  readonly company: History | null;
}

interface Place {
  readonly policy: Policy;
  readonly asker: PersonId;
  /** The request that is judged: neither it nor what it has become counts beside itself. */
  readonly request: string;
  readonly clusters: readonly string[];
  /** The fingerprint of the reason, where it is still to be judged. */
  readonly said: string | null;
  readonly now: Millis;
}

/**
 * Takes the ports, the policy, and who asks for what; returns what is known around it. The history is read first: whoever
 * lends or asks between that and the save has written it anew, and the save is told that it lost.
 */
export async function lookAround(
  { store, facts }: Pick<Desk, "store" | "facts">,
  { policy, asker, request, clusters, said, now }: Place,
): Promise<Surroundings> {
  const company = companyOf(policy, asker);
  const isLimited = company !== null && own(policy.companies, company)?.maxPasses !== undefined;
  const [history, limited] = await Promise.all([
    loadHistory(store, asker),
    isLimited ? loadHistory(store, company) : null,
  ]);
  const { requests, grants } = await store.live();
  const passes = grants.filter((grant) => isPass(grant) && grant.request !== request);
  const held = passes.filter(({ grantee }) => grantee === asker);
  const known = new Map<string, ClusterFacts | null>();
  for (const cluster of new Set([...clusters, ...held.map((grant) => grant.cluster)])) {
    known.set(cluster, await facts.of(cluster));
  }
  return {
    around: {
      factsOf: (cluster) => known.get(cluster) ?? null,
      ...{ history, held, said: said === null ? 0 : timesSaid(history, said) },
      open: requests.flatMap((other) =>
        isOpen(other, now) && other.asker === asker && other.id !== request ? other : [],
      ),
      companyPasses:
        company === null ? 0 : passes.filter(({ grantee }) => companyOf(policy, grantee) === company).length,
    },
    ...{ history, company: limited },
  };
}

/** Takes what was read around a request that is lent now; returns the writes that let no other one slip in beside it. */
export function touchBoth(found: Surroundings): readonly Write[] {
  return [writeHistory(found.history, touchHistory(found.history)), ...touchCompany(found)];
}

/** As `touchBoth`, for where the asker's own record is written in any case. */
export function touchCompany({ company }: Surroundings): readonly Write[] {
  return company === null ? [] : [writeHistory(company, touchHistory(company))];
}

/** Takes a record as read and as it is to be; returns the write, which fails where somebody wrote it meanwhile. */
export function writeHistory(read: History, next: History): Write {
  return { kind: "history", expected: read.version === 0 ? null : read.version, next };
}

/** Takes the store and a person's id or a company's; returns the record, a new one where there is none. */
export async function loadHistory(store: Store, id: string): Promise<History> {
  return (await store.history(id)) ?? emptyHistory(id);
}

function isPass({ state }: Grant): boolean {
  return state === "making" || state === "active";
}

/** One whose time is over lapses at its wake; until then it counts no more. */
function isOpen(request: Request, now: Millis): request is PendingRequest {
  return request.state === "pending" && now < request.lapsesAt;
}

function companyOf(policy: Policy, person: PersonId): string | null {
  return own(policy.people, person)?.company ?? null;
}
