/** Conditions that are written otherwise and say the same: blanks, line breaks and comments have no meaning. */
import { parse } from "@bufbuild/cel";
import type { Policy } from "../workflows/policy.ts";
import type { Versions } from "./diff-subjects.ts";

/** Takes both versions; returns them with one text, the first that is met, for all conditions that say the same. */
export function withAlikeConditions({ before, after }: Versions): Versions {
  const texts = new Map<string, string>();
  const plain = <Entry extends { readonly when?: string | undefined }>(entry: Entry): Entry => {
    if (entry.when === undefined) return entry;
    const key = meaningOf(entry.when);
    const text = texts.get(key) ?? entry.when.trim();
    texts.set(key, text);
    return { ...entry, when: text };
  };
  const mend = (policy: Policy): Policy => ({
    ...policy,
    rules: policy.rules.map(plain),
    denials: policy.denials.map(plain),
  });
  return { before: mend(before), after: mend(after) };
}

/** The tree that it is read as, without the numbers that its parts have in the order of writing. */
function meaningOf(condition: string): string {
  try {
    return JSON.stringify(parse(condition).expr, (key, value: unknown) => {
      if (key === "id") return undefined;
      return typeof value === "bigint" ? `${value}n` : value;
    });
  } catch {
    // What cannot be read says what its letters say.
    return condition.trim();
  }
}
