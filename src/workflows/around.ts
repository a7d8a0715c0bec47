/** What is known around a request when it is judged, read so that no other change can slip in between. */
import type { Desk } from "./desk.ts";
import { isLive } from "./grant.ts";
import { emptyHistory, type History, timesSaid, touchHistory } from "./history.ts";
import type { Millis, PersonId } from "./person.ts";
import { companyOf, own, type Policy } from "./policy.ts";
import type { ClusterFacts, Store, Write } from "./ports.ts";
import type { PendingRequest, Request } from "./request.ts";
import type { Around } from "./wish.ts";

/** What was read, and the records that must not have changed when what follows from it is saved. */
export interface Surroundings {
  readonly around: Around;
  /** The asker's as it was read, and what is still true of it: what is over left out. */
  readonly history: History;
  readonly current: History;
  /** The company's record; null where no limit of a company is at stake. */
  readonly company: History | null;
}

/** Who asks for what, where. */
export interface Place {
  readonly policy: Policy;
  readonly asker: PersonId;
  /** The request that is judged: neither it nor what it has become counts beside itself. */
  readonly request: string;
  readonly clusters: readonly string[];
  /** The fingerprint of the reason, where it is still to be judged. */
  readonly said: string | null;
  /** The last yes was given: limits count until then, and no longer. */
  readonly isDecided: boolean;
  readonly now: Millis;
}

/**
 * Takes the ports and who asks for what; returns what is known around it. The history is read first: whoever lends or asks
 * between that and the save has written it anew, and the save is told that it lost.
 */
export async function lookAround(ports: Pick<Desk, "store" | "facts">, place: Place): Promise<Surroundings> {
  const { store } = ports;
  const { policy, asker, request, said, isDecided, now } = place;
  const history = await loadHistory(store, asker);
  const [grants, requests, { company, companyPasses }] = await Promise.all([
    Promise.all(history.held.map((id) => store.grant(id))),
    Promise.all(history.open.map((id) => store.request(id))),
    lookAtCompany(store, policy, isDecided ? null : limitedCompany(policy, asker), request),
  ]);
  const held = grants.filter((grant) => grant !== null).filter((grant) => isLive(grant) && grant.request !== request);
  const open = requests.flatMap((other) => (isOpen(other, now) && other.id !== request ? other : []));
  const read = await readFacts(ports, [...place.clusters, ...held.map(({ cluster }) => cluster)]);
  // Of a pass on another cluster that is silent, what was last read of its labels is all that can be known.
  const factsOf = (id: string) => (place.clusters.includes(id) ? recentFacts(read(id), now) : read(id));
  const judged = { ...history, reviews: history.reviews.filter((review) => review.request !== request) };
  const current = { ...history, held: held.map(({ id }) => id), open: open.map(({ id }) => id) };
  return {
    around: { factsOf, history: judged, held, open, companyPasses, said: timesSaid(history, said) },
    ...{ history, current, company },
  };
}

/** Takes what was read around a request that is lent now; returns the write that lets no other of its company slip in. */
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

/** Ten times the worker's pause between two readings. Namespaces, labels and roles of longer ago are nobody's word any more. */
const MAX_FACTS_AGE_MS = 5 * 60_000;

/**
 * Takes what was published of a cluster and the time; returns it, or null where it is too old to lend by. What seems to be
 * of a later time was read by a clock that was wrong, so nobody knows how old it is.
 */
export function recentFacts(facts: ClusterFacts | null, now: Millis): ClusterFacts | null {
  return facts !== null && Math.abs(now - facts.readAt) <= MAX_FACTS_AGE_MS ? facts : null;
}

/** Takes the clusters' facts and ids; returns what is published of each, however old, null where nothing is. */
export async function readFacts(
  { facts }: Pick<Desk, "facts">,
  clusters: readonly string[],
): Promise<Around["factsOf"]> {
  const ids = [...new Set(clusters)];
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await facts.of(id)] as const)));
  return (cluster) => known.get(cluster) ?? null;
}

/** Its record is read before its passes are counted, as the asker's is. */
async function lookAtCompany(
  store: Store,
  policy: Policy,
  id: string | null,
  request: string,
): Promise<Pick<Surroundings, "company"> & Pick<Around, "companyPasses">> {
  if (id === null) return { company: null, companyPasses: 0 };
  const company = await loadHistory(store, id);
  const { grants } = await store.live();
  const others = grants.filter((grant) => grant.request !== request);
  return { company, companyPasses: others.filter(({ grantee }) => own(policy.people, grantee)?.company === id).length };
}

/** The company of whoever asks, where the policy limits its passes. */
function limitedCompany(policy: Policy, asker: PersonId): string | null {
  const company = own(policy.people, asker)?.company ?? null;
  return companyOf(policy, asker)?.maxPasses === undefined ? null : company;
}

/** One whose time is over lapses at its wake; until then it counts no more. */
function isOpen(request: Request | null, now: Millis): request is PendingRequest {
  return request?.state === "pending" && now < request.lapsesAt;
}
