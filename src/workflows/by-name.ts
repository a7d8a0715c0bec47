/** Takes two entries; returns what sorts them by their names, in order of the alphabet: 0 where they are called the same. */
export function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return Number(one.name > other.name) - Number(one.name < other.name);
}
