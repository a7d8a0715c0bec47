/** Who may decide: whose yes counts, of whom, where, and how many; what is looked at for it, and who may take it back. */
const WHO_MAY_DECIDE = [
  ...["judge", "judge-asking", "judge-click", "judge-glass", "judge-lending", "judge-people", "make-grant"],
  ...["quorum", "membership", "person", "cover", "glob", "deciding", "place", "separation", "by-name"],
  ...["around", "history", "request", "open-request", "lend-at-once", "risk", "local-time", "offer", "glass-offer"],
  ...["review", "owed-review", "receive", "step-up", "access", "home-team"],
];
/** When it ends: contracts and caps, what a yes leaves, the end itself, each step towards it, and that of a credential. */
const WHEN_IT_ENDS = [
  ...["limits", "policy", "day", "duration", "less", "lend", "grant", "next-step", "end-early"],
  ...["reconcile", "sweep", "heed", "let-go", "say-ended", "retention", "deliver"],
];

/** Takes a file's path; returns whether nothing in it may be changed without a test that notices. */
export function isAtHeart(file: string): boolean {
  const [, name] = /^src\/workflows\/([a-z-]+)\.ts$/.exec(file) ?? [];
  return name !== undefined && [...WHO_MAY_DECIDE, ...WHEN_IT_ENDS].includes(name);
}
