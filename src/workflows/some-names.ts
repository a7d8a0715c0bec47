/** More names than this are not read. */
const MOST_NAMED = 5;

/** Takes names; returns them in words for a sentence: at most five, in their order, and how many more there are. */
export function someNames(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
}
