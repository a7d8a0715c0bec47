/** What people call the namespaces that a set of globs matches. */
import type { Region } from "./glob-regions.ts";

/** Beyond it the globs are counted alone. */
const MOST_WORK = 4_000_000;

/** Takes all regions; returns for each the fewest of its globs that say which it is: these match nothing that the others do not. */
export function tellingOf(regions: readonly Region[]): ReadonlyMap<Region, readonly string[]> {
  const work = regions.reduce((sum, { globs }) => sum + globs.length ** 2, 0);
  const together = work > MOST_WORK ? new Map<string, readonly string[]>() : commonOf(regions);
  return new Map(
    regions.map((region) => [region, region.globs.filter((glob) => !isImplied(glob, region, together))] as const),
  );
}

const MOST_TOLD = 4;

/** Takes globs and a name that they match together; returns what people call all such names: any, where there are none. */
export function sayGlobs(globs: readonly string[], name: string): string {
  const [one = "any namespace", ...others] = globs;
  if (others.length === 0) return one;
  return globs.length > MOST_TOLD
    ? `${name} (by ${globs.length} globs at once)`
    : `${globs.join(" and ")} at once (such as ${name})`;
}

/** By glob all globs that match whatever it matches. */
function commonOf(regions: readonly Region[]): ReadonlyMap<string, readonly string[]> {
  const common = new Map<string, readonly string[]>();
  for (const { globs } of regions) {
    const here = new Set(globs);
    for (const glob of globs) {
      const sofar = common.get(glob);
      common.set(glob, sofar === undefined ? globs : sofar.filter((other) => here.has(other)));
    }
  }
  return common;
}

/** Of two that match the same the first stands for both. */
function isImplied(glob: string, { globs }: Region, together: ReadonlyMap<string, readonly string[]>): boolean {
  return globs.some((other) => {
    if (other === glob || together.get(other)?.includes(glob) !== true) return false;
    return together.get(glob)?.includes(other) !== true || other < glob;
  });
}
