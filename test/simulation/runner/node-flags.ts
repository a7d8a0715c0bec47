/**
 * How Node is started to play runs: a run leaves several megabytes behind and hardly anything that lives, so collections
 * are to be few; and since every core plays runs, a collector's further threads would only take turns with them.
 */
export const NODE_FLAGS: readonly string[] = ["--max-semi-space-size=64", "--single-threaded-gc"];
