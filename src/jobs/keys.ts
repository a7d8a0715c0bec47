/** Every key and BullMQ's prefix begin with this tag, so that Redis Cluster keeps them in one slot. */
export const TAG = "{daypass}";

/** Every name under which something of ours stands in Redis. */
export const keys = {
  request: (id: string) => `${TAG}:request:${id}`,
  grant: (id: string) => `${TAG}:grant:${id}`,
  history: (id: string) => `${TAG}:history:${id}`,
  /** Sorted set of the records and deliveries that somebody must look at, by the moment at which they must. */
  due: `${TAG}:due`,
  /** Random; who finds another or none knows that Redis has lost what was in it. */
  epoch: `${TAG}:epoch`,
  commit: (id: string) => `${TAG}:commit:${id}`,
  outbox: `${TAG}:outbox`,
  outboxLease: `${TAG}:outbox:lease`,
  told: (key: string) => `${TAG}:told:${key}`,
  ledger: `${TAG}:ledger`,
  ledgerLease: `${TAG}:ledger:lease`,
  person: (id: string) => `${TAG}:person:${id}`,
  facts: (cluster: string) => `${TAG}:facts:${cluster}`,
  /** Hash of the messages about one request, or about whatever else has such an id. */
  cards: (id: string) => `${TAG}:card:${id}`,
  delivery: (id: string) => `${TAG}:delivery:${id}`,
  answer: (id: string) => `${TAG}:answer:${id}`,
  /** By number, since a click whose job comes twice can have two deliveries, one of which nobody has. */
  received: (id: string, n: number) => `${TAG}:received:${id}:${n}`,
} as const;
