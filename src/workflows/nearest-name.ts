/** Which of the names that there are somebody may have meant. */

/** Longer than this nobody's slip of the pen is looked for: comparing takes as long as both names multiplied. */
const MOST_LETTERS = 63;

/**
 * Takes names that there are, and one that is none of them; returns the one that at most a third of its letters, and at
 * most three, keep apart from it, the first by the alphabet of those as near; or null. Neighbours swapped are one letter.
 */
export function nearestName(names: Iterable<string>, wanted: string): string | null {
  if (wanted.length > MOST_LETTERS) return null;
  const most = Math.min(3, Math.ceil(wanted.length / 3));
  let found: { readonly name: string; readonly apart: number } | null = null;
  for (const name of [...names].sort()) {
    if (Math.abs(name.length - wanted.length) > most) continue;
    const apart = lettersApart(name, wanted);
    if (apart <= most && (found === null || apart < found.apart)) found = { name, apart };
  }
  return found?.name ?? null;
}

/** The distance of Damerau and Levenshtein, with no letter changed twice. */
function lettersApart(one: string, other: string): number {
  let before: readonly number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, next];
  }
  return last[other.length] ?? 0;
}
