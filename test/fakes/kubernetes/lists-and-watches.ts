/** What lists and watches of an API server say, as the text of its answers. */
import type { Change } from "./history.ts";
import type { ObjectStore } from "./object-store.ts";
import { expired } from "./refusals.ts";
import { byLabels } from "./selectors.ts";
import { byKey, KINDS, type Plural, type Stored } from "./stored-object.ts";

/** A GET of a kind. */
export interface Asked {
  readonly plural: Plural;
  readonly namespace: string | undefined;
  readonly query: URLSearchParams;
  /** Whether only metadata is wanted. */
  readonly metadataAlone: boolean;
}

/** Takes a path with its query and an Accept header; returns what is asked for. */
export function readAsked(path: string, accept: string): Asked {
  const { pathname, searchParams: query } = new URL(path, "http://memory");
  const parts = pathname.split("/");
  const plural = parts.at(-1) as Plural;
  if (KINDS[plural] === undefined) throw new Error(`this API server knows no ${path}`);
  const namespace = parts.at(-3) === "namespaces" ? parts.at(-2) : undefined;
  return { plural, namespace, query, metadataAlone: accept.includes("as=PartialObjectMetadata") };
}

/**
 * Takes what is stored, a list and the most that a page holds; returns the page. All pages of a list are of the version
 * at which it began; throws 410 where that was forgotten meanwhile.
 */
export function listPage(store: ObjectStore, { plural, namespace, query, metadataAlone }: Asked, most: number): string {
  const [version = store.history.version, from = 0] = (query.get("continue") ?? "")
    .split(":")
    .filter(Boolean)
    .map(Number);
  if (version < store.history.oldest) throw expired();
  const isWanted = byLabels(query.get("labelSelector") ?? undefined);
  const whole = version === store.history.version ? store.list(plural) : store.history.snapshot(plural, version);
  const all = byKey(whole).filter(
    (one) => isWanted(one) && (namespace === undefined || one.metadata.namespace === namespace),
  );
  const next = from + Math.min(most, Number(query.get("limit") ?? most));
  const items = all.slice(from, next).map((one) => textOf(one, metadataAlone));
  const more = next < all.length ? `,"continue":"${version}:${next}"` : "";
  return `{"metadata":{"resourceVersion":"${version}"${more}},"items":[${items.join(",")}]}`;
}

/** Takes a watch; returns what makes a change its line; null for what does not belong to it. */
export function lineOf({ plural, namespace, query, metadataAlone }: Asked): (change: Change) => string | null {
  const isWanted = byLabels(query.get("labelSelector") ?? undefined);
  const isIn = (one: Stored | undefined) =>
    one !== undefined && isWanted(one) && (namespace === undefined || one.metadata.namespace === namespace);
  return (change) => {
    if (change.plural !== plural) return null;
    const [was, is] = [isIn(change.before), change.type !== "DELETED" && isIn(change.object)];
    if (!was && !is) return null;
    const type = is ? (was ? "MODIFIED" : "ADDED") : "DELETED";
    return `{"type":"${type}","object":${textOf(change.object, metadataAlone)}}\n`;
  };
}

const wholeTexts = new WeakMap<Stored, string>();
const metadataTexts = new WeakMap<Stored, string>();

/** Nobody can change an object, so its text is made once. */
function textOf(object: Stored, metadataAlone: boolean): string {
  const texts = metadataAlone ? metadataTexts : wholeTexts;
  const known = texts.get(object);
  if (known !== undefined) return known;
  const { metadata } = object;
  const text = JSON.stringify(metadataAlone ? { kind: "PartialObjectMetadata", metadata } : object);
  texts.set(object, text);
  return text;
}
