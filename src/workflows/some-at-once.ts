/**
 * Takes items, how many at once, and the work; does it for all of them in groups, so that thousands do not ask for their
 * answers in one instant. Returns the results in the items' order. Rejects as the first of a group does.
 */
export async function someAtOnce<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
  }
  return results;
}
