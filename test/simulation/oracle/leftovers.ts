/** What lies in a cluster though Daypass says, or must know, that it may not: after an end, without a timer, edited. */
import type { Stored } from "../../fakes/kubernetes/stored-object.ts";
import { Violation } from "../core/run-state.ts";
import type { Book } from "./book.ts";
import { AFTER_TROUBLE_MS, type Excuses, listedFrom } from "./excuses.ts";
import type { Eye } from "./eye.ts";

/** Where nothing was ever wrong. */
const HEALTHY_MS = 3_000;
/** src/provisioner/overdue.ts: what ended earlier and is still there comes with the list of every five minutes. */
const LOOKING_BACK_MS = 300_000;
/** src/workflows/next-step.ts: a busy Job controller is waited for so long. */
const TIMER_PATIENCE_MS = 12_000;

export interface LeftoverParts {
  readonly book: Book;
  readonly excuses: Excuses;
  readonly now: () => number;
  /** When a grant's objects were changed by hand last. */
  readonly touched: ReadonlyMap<string, number>;
  /** When a role was changed by hand, by `cluster role`. */
  readonly rolesChangedAt: ReadonlyMap<string, number>;
  /** By how much the time that Daypass goes by may be wrong. */
  readonly clockDoubtMs: () => number;
}

type Parts = ReturnType<Eye["objects"]> extends ReadonlyMap<string, infer Found> ? Found : never;

/** Takes the parts; returns what looks at a grant's objects in a cluster, and throws the first violation. */
export function createLeftoverCheck(parts: LeftoverParts): (grant: string, cluster: string, found: Parts) => void {
  return (grant, cluster, found) => {
    expectGone(parts, grant, cluster, found);
    expectTimer(parts, grant, cluster, found);
    expectUnedited(parts, grant, cluster, found);
    expectRole(parts, grant, cluster, found);
  };
}

/** From a moment on, or from the end of the last trouble, something has so long to be done. */
function isLate({ excuses, now }: LeftoverParts, since: number, cluster: string): boolean {
  const trouble = excuses.until([cluster, "workers", "redis"]);
  return now() > (trouble === 0 ? since + HEALTHY_MS : Math.max(since, trouble) + AFTER_TROUBLE_MS);
}

/** The timer and what it owns go by the cluster's own controllers, at their own pace; all else is taken by name. */
function expectGone(parts: LeftoverParts, grant: string, cluster: string, found: Parts): void {
  const ended = parts.book.current(grant, "ended");
  if (ended === undefined || parts.touched.has(grant)) return;
  const left = found.filter(({ plural }) => plural !== "jobs" && plural !== "secrets");
  // The tick looks back no further; what was sent long ago and arrives alone lends nothing, and goes with the next list.
  const { end = 0 } = parts.book.approved.get(grant) ?? {};
  if (left.every(({ plural }) => plural === "accessgrants") && parts.now() > end + LOOKING_BACK_MS) return;
  if (left.length === 0 || !isLate(parts, ended.at, cluster)) return;
  const what = left.map(({ object }) => object.kind).join(", ");
  const seconds = ((parts.now() - ended.at) / 1000).toFixed(1);
  throw new Violation("I5", `${what} of grant ${grant} lies in ${cluster} ${seconds} s after it was recorded as ended`);
}

/**
 * P2: without a timer that counts, nothing but our own processes would end it. From the end on, the timer itself goes, and
 * takes the identity with it: earlier, where it was made by a time that was ahead.
 */
function expectTimer(parts: LeftoverParts, grant: string, cluster: string, found: Parts): void {
  const active = parts.book.current(grant, "active");
  const { end = 0 } = parts.book.approved.get(grant) ?? {};
  if (active === undefined || parts.now() >= end - parts.clockDoubtMs()) return;
  if (!found.some(({ plural }) => plural === "rolebindings")) return;
  const timer = found.find(({ plural }) => plural === "jobs")?.object;
  if (timer !== undefined && isArmed(timer)) return;
  const touchedAt = parts.touched.get(grant) ?? 0;
  if (!isLate(parts, Math.max(active.at, touchedAt) + TIMER_PATIENCE_MS, cluster)) return;
  const seconds = ((parts.now() - active.at) / 1000).toFixed(1);
  throw new Violation("P2", `grant ${grant} is lent in ${cluster} for ${seconds} s, and its timer does not count`);
}

function isArmed({ status }: Stored): boolean {
  return (status as { readonly completionTime?: unknown } | undefined)?.completionTime !== undefined;
}

/** Takes an object of which every change counts its generation up, as a timer is; returns whether there was any. */
export function isEdited({ metadata }: Stored): boolean {
  return (metadata.generation ?? 1) > 1;
}

/** A binding to which somebody added a person of theirs is no longer what was approved, nor is a timer that they changed. */
function expectUnedited(parts: LeftoverParts, grant: string, cluster: string, found: Parts): void {
  const touchedAt = parts.touched.get(grant);
  if (touchedAt === undefined || !isLate(parts, touchedAt, cluster)) return;
  const bindings = found.filter(({ plural }) => plural === "rolebindings");
  if (bindings.length > 0 && found.some(({ plural, object }) => plural === "jobs" && isEdited(object)))
    throw new Violation("P2", `grant ${grant} is still lent in ${cluster}, and its timer was changed by hand`);
  const edited = bindings.find(({ object }) => subjectsOf(object) > 1)?.object;
  if (edited === undefined) return;
  const where = `${cluster}/${edited.metadata.namespace}`;
  throw new Violation("P9", `the binding of grant ${grant} in ${where} still lends to whom somebody added by hand`);
}

/** Nor to a role that does something else than it did when that was approved. */
function expectRole(parts: LeftoverParts, grant: string, cluster: string, found: Parts): void {
  const { at = 0 } = parts.book.approved.get(grant) ?? {};
  for (const { plural, object } of parts.rolesChangedAt.size === 0 ? [] : found) {
    if (plural !== "rolebindings") continue;
    const role = (object.roleRef as { readonly name: string }).name;
    const changedAt = parts.rolesChangedAt.get(`${cluster} ${role}`) ?? 0;
    if (changedAt >= at && isLate(parts, listedFrom(parts.excuses, cluster, changedAt), cluster))
      throw new Violation("P9", `grant ${grant} is still bound to ${role} in ${cluster}, which was changed by hand`);
  }
}

function subjectsOf(binding: Stored): number {
  return ((binding.subjects ?? []) as readonly unknown[]).length;
}
