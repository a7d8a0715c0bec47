/** The stock controllers that Daypass leans on. They act when they are told to: how late, or never, is up to who asks. */
import type { ObjectStore } from "./object-store.ts";
import { completionTimeOf, keyOf, PLURALS, type Plural, type Stored, timestamp } from "./stored-object.ts";

/** One thing that a controller has to do. */
export interface Deed {
  readonly by: "job-controller" | "ttl-after-finished" | "garbage-collector" | "namespace-controller";
  /** For the trace, such as `delete serviceaccounts daypass-grants/g-abc-1780322400`. */
  readonly what: string;
  /** From when on it may be done. What nobody waits for is due since the last write. */
  readonly dueAt: number;
  /** Does it. Nothing happens where it was done, or is no longer to be done. */
  act(): void;
}

export interface Controllers {
  /** All that is to be done now or later, as things stand. */
  deeds(): readonly Deed[];
  /** When the first of them is due; null where there is nothing to do. */
  nextDueAt(): number | null;
  /** Does all that is due, and what becomes due by that; returns how much that was. */
  run(): number;
}

/** Takes what is stored and the server's clock. */
export function createControllers(store: ObjectStore, now: () => number): Controllers {
  let known: { readonly version: number; readonly deeds: readonly Deed[] } | null = null;
  function deeds(): readonly Deed[] {
    if (known?.version !== store.history.version)
      known = { version: store.history.version, deeds: lookAround(store, now) };
    return known.deeds;
  }
  const nextDueAt = () => deeds().reduce<number | null>((first, { dueAt }) => Math.min(first ?? dueAt, dueAt), null);
  return {
    deeds,
    nextDueAt,
    run() {
      let done = 0;
      for (;;) {
        const due = deeds().filter(({ dueAt }) => dueAt <= now());
        if (due.length === 0) return done;
        for (const deed of due) deed.act();
        done += due.length;
      }
    },
  };
}

/** What the collector looks at: an AccessGrant, a role and a namespace have no owners here. */
const OWNED: readonly Plural[] = ["jobs", "serviceaccounts", "secrets", "rolebindings"];

function lookAround(store: ObjectStore, now: () => number): Deed[] {
  const found: Deed[] = [];
  for (const job of store.list("jobs")) {
    const deed = completion(store, job, now) ?? firing(store, job);
    if (deed !== null) found.push(deed);
  }
  for (const plural of OWNED) {
    for (const object of store.list(plural)) {
      if (isForsaken(store, object)) found.push(deletion(store, plural, object, "garbage-collector"));
    }
  }
  for (const namespace of store.list("namespaces")) {
    if (namespace.metadata.deletionTimestamp !== undefined) found.push(...emptying(store, namespace));
  }
  return found;
}

interface JobSpec {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly ttlSecondsAfterFinished?: number;
}

/** A Job of no pods is complete as soon as its controller sees it; by the controller's clock, cut to the second. */
function completion(store: ObjectStore, job: Stored, now: () => number): Deed | null {
  const { completions, parallelism } = job.spec as JobSpec;
  if (completionTimeOf(job) !== null || completions !== 0 || parallelism !== 0) return null;
  return {
    ...{
      by: "job-controller",
      what: `complete jobs ${keyOf(job.metadata)}`,
      dueAt: Date.parse(job.metadata.creationTimestamp),
    },
    act() {
      if (!isStill(store, "jobs", job)) return;
      const at = timestamp(now());
      const conditions = [{ type: "Complete", status: "True", lastTransitionTime: at }];
      store.edit({ plural: "jobs", ...job.metadata }, (one) => ({
        ...{ ...one, status: { startTime: at, completionTime: at, conditions } },
      }));
    },
  };
}

function firing(store: ObjectStore, job: Stored): Deed | null {
  const [seconds, completedAt] = [(job.spec as JobSpec).ttlSecondsAfterFinished, completionTimeOf(job)];
  if (seconds === undefined || completedAt === null || job.metadata.deletionTimestamp !== undefined) return null;
  return { ...deletion(store, "jobs", job, "ttl-after-finished"), dueAt: completedAt.getTime() + seconds * 1000 };
}

/** None of the owners that it names is there: which is also so for one that is in another namespace. */
function isForsaken(store: ObjectStore, { metadata }: Stored): boolean {
  const owners = metadata.ownerReferences ?? [];
  if (owners.length === 0 || metadata.deletionTimestamp !== undefined) return false;
  return !owners.some((owner) => store.isThere(owner, metadata.namespace));
}

/** What is in a namespace goes first, and then the namespace itself. */
function emptying(store: ObjectStore, namespace: Stored): Deed[] {
  const { name } = namespace.metadata;
  const content = PLURALS.flatMap((plural) =>
    plural === "namespaces"
      ? []
      : store
          .list(plural, name)
          .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
          .map((object) => deletion(store, plural, object, "namespace-controller")),
  );
  if (content.length > 0) return content;
  const isHeld = PLURALS.some((plural) => plural !== "namespaces" && store.list(plural, name).length > 0);
  return isHeld ? [] : [deletion(store, "namespaces", namespace, "namespace-controller")];
}

function deletion(store: ObjectStore, plural: Plural, object: Stored, by: Deed["by"]): Deed {
  return {
    ...{ by, what: `delete ${plural} ${keyOf(object.metadata)}`, dueAt: store.changedAt },
    act() {
      if (!isStill(store, plural, object)) return;
      if (plural === "namespaces") store.finish(object.metadata.name);
      else store.remove({ plural, ...object.metadata }, { propagationPolicy: "Background" });
    },
  };
}

function isStill(store: ObjectStore, plural: Plural, object: Stored): boolean {
  return store.find({ plural, ...object.metadata })?.metadata.uid === object.metadata.uid;
}
