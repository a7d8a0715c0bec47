/**
 * How Node is started to play runs: a run leaves several megabytes behind and hardly anything that lives, so collections
 * are to be few. Runs are played on all cores at once: threads that help one process collect only take turns from another.
 *
 * While a process starts most of what it makes lives on, from which V8 concludes that such objects always do, and lays
 * them among the old ones: dead, they keep whole runs alive until the next full collection, and a sixth of the time goes
 * into copying those.
 */
export const NODE_FLAGS: readonly string[] = [
  "--min-semi-space-size=128",
  "--max-semi-space-size=128",
  "--single-threaded-gc",
  "--no-allocation-site-pretenuring",
];
