/**
 * How Node is started to play runs: a run leaves several megabytes behind and hardly anything that lives, so collections
 * are to be few. Runs are played on all cores at once: threads that help one process collect only take turns from another.
 */
export const NODE_FLAGS: readonly string[] = [
  "--min-semi-space-size=128",
  "--max-semi-space-size=128",
  "--single-threaded-gc",
];
