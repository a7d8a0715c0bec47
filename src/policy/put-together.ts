/** Several files, read as one policy: no order among them means anything, and nothing in one unfolds into another. */
import { type Fault, sayPath } from "../fault.ts";
import type { YamlText } from "../yaml-text.ts";

/** What the files say together. */
export interface PutTogether {
  readonly value: unknown;
  /** What is wrong with their being together. */
  readonly faults: readonly Fault[];
  /** Takes a path in the value; returns the text that it comes from, and the path in that. */
  locate(path: readonly PropertyKey[]): { readonly text: YamlText; readonly path: readonly PropertyKey[] };
}

const MAPS: ReadonlySet<string> = new Set(["companies", "people", "groups", "profiles"]);
const LISTS: ReadonlySet<string> = new Set(["rules", "denials", "separation"]);

/** Takes the files' texts, at least one; returns what they say together. */
export function putTogether(texts: readonly [YamlText, ...YamlText[]]): PutTogether {
  const [first, ...others] = texts;
  if (others.length === 0) return { value: first.value, faults: [], locate: (path) => ({ text: first, path }) };
  const joining = new Joining(first);
  for (const text of texts) joining.add(text);
  return joining;
}

type Origin = { readonly text: YamlText; readonly path: readonly PropertyKey[] };

class Joining implements PutTogether {
  readonly value: Record<string, unknown> = { version: 1 };
  readonly faults: Fault[] = [];
  /** By section, or by section and id or position. */
  readonly #origins = new Map<string, Origin>();
  readonly #first: YamlText;

  constructor(first: YamlText) {
    this.#first = first;
  }

  locate(path: readonly PropertyKey[]): Origin {
    const [section = "", entry = ""] = path;
    const origin = this.#origins.get(placeOf(String(section), entry)) ?? this.#origins.get(placeOf(String(section)));
    if (origin === undefined) return { text: this.#first, path };
    return { text: origin.text, path: [...origin.path, ...path.slice(origin.path.length)] };
  }

  add(text: YamlText): void {
    if (!isMap(text.value)) {
      this.faults.push(text.fault([], text.value === null ? "is empty: remove it" : "is no map of settings"));
      return;
    }
    if (text.value.version !== 1) this.faults.push(text.fault(["version"], "version: write version: 1 in every file"));
    for (const [section, value] of Object.entries(text.value)) {
      if (section === "version") continue;
      if (MAPS.has(section)) this.#addMap(text, section, value);
      else if (LISTS.has(section)) this.#addList(text, section, value);
      else this.#addOnce({ text, path: [section] }, section, this.value, value);
    }
  }

  #addMap(text: YamlText, section: string, value: unknown): void {
    if (!isMap(value)) {
      this.faults.push(text.fault([section], `${section}: ${value === null ? "is empty" : "write a map of ids"}`));
      return;
    }
    const all = (this.value[section] ?? {}) as Record<string, unknown>;
    this.value[section] = all;
    this.#keepOrigin(placeOf(section), { text, path: [section] });
    for (const [id, entry] of Object.entries(value)) this.#addOnce({ text, path: [section, id] }, id, all, entry);
  }

  #addList(text: YamlText, section: string, value: unknown): void {
    if (!Array.isArray(value)) {
      this.faults.push(text.fault([section], `${section}: ${value === null ? "is empty" : "write a list"}`));
      return;
    }
    const all = (this.value[section] ?? []) as unknown[];
    this.value[section] = all;
    this.#keepOrigin(placeOf(section), { text, path: [section] });
    for (const [i, item] of value.entries()) {
      this.#origins.set(placeOf(section, all.length), { text, path: [section, i] });
      all.push(item);
    }
  }

  #addOnce(origin: Origin, key: string, to: Record<string, unknown>, value: unknown): void {
    const place = placeOf(...(origin.path as [string, ...string[]]));
    const other = this.#origins.get(place);
    if (other === undefined) {
      to[key] = value;
      this.#origins.set(place, origin);
      return;
    }
    this.faults.push(this.#twice(origin, other), this.#twice(other, origin));
  }

  #twice(here: Origin, there: Origin): Fault {
    const { file, line } = there.text.fault(there.path, "", true);
    const what = sayPath(here.path);
    return here.text.fault(here.path, `${what}: stands in ${file}:${line} too: keep one`, true);
  }

  #keepOrigin(place: string, origin: Origin): void {
    if (!this.#origins.has(place)) this.#origins.set(place, origin);
  }
}

function placeOf(section: string, entry: PropertyKey = ""): string {
  return JSON.stringify([section, String(entry)]);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
