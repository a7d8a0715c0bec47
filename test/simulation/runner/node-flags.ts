/**
 * How Node is started to play runs: a run leaves several megabytes behind and hardly anything that lives, so collections
 * are to be few.
 */
export const NODE_FLAGS: readonly string[] = ["--min-semi-space-size=64", "--max-semi-space-size=64"];
