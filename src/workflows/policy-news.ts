import type { Millis } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { Commit } from "./ports.ts";

/** What became of a version of the policy that cannot be put in force. */
export interface PolicyNews {
  /** The last good policy, whose approvers are told. */
  readonly policy: Policy;
  /** The bad version's hash: what it is told with, whatever number of processes read it, is told once each time. */
  readonly hash: string;
  /** Each a line with its place; none: it is mended. */
  readonly faults: readonly string[];
  /** When it was read: one that comes back is told anew. */
  readonly at: Millis;
}

/** Takes what became of a bad policy; returns what to save, so that each channel in which somebody approves is told. */
export function tellPolicyNews({ policy, hash, faults, at }: PolicyNews): Commit {
  const groups = new Set(policy.rules.flatMap(({ approvers }) => approvers));
  const channels = new Set([...groups].map((group) => policy.groups[group]?.channel).filter((id) => id !== undefined));
  const key = `${faults.length > 0 ? "policy-fault" : "policy-mended"}:${hash}:${at}`;
  const tell = { kind: "policyFault", version: hash, faults } as const;
  return {
    ...{ writes: [], rows: [] },
    tellings: [...channels].map((lane) => ({ key: `${key}:${lane}`, lane, tell })),
  };
}
