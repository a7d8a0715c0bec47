/**
 * What docs/testing.md says that runs hold, by the words under which it is counted. Written down here once more, since a
 * fault that is no longer played is missed by nobody: every planted defect is found by others.
 */

/** Runs of fewer need not have had each of them. */
export const ENOUGH_FOR_ALL = 10_000;

const LATE_OR_DEAD = ["late answer", "late effect", "refused", "crash before", "crash after"];
const ON_A_LINE = [...LATE_OR_DEAD, "answer lost", "timed out, done later", "crash, done later"];

function callsTo(part: string, fates: readonly string[]): string[] {
  return fates.map((fate) => `fault of a call to ${part}: ${fate}`);
}

const TROUBLES = [
  ...["wakes are lost", "wakes come twice", "wakes are late", "Redis' own clock is wrong"],
  ...["all machines sleep for an hour", "a cluster has too much to do, and answers 429"],
  ...["Redis hangs", "Redis dies", "Redis dies and loses its last second", "Redis is full", "somebody flushes Redis"],
  ...["Redis fails over to a replica that lags", "a cluster is silent", "a cluster refuses every connection"],
  ...["a cluster's controllers stand still", "a worker is killed", "all workers are killed", "a bot is killed"],
  ...["a machine's clock jumps", "Slack is silent", "Slack wants to be left alone"],
  ...["the policy is changed and the processes are started anew", "somebody is switched off in Slack"],
  ...["everything is killed at once", "a cluster's watches break"],
  "a cluster forgets its history, and lists come page by page",
  ...["one worker alone does not reach a cluster", "one worker alone does not reach Redis"],
  "the ledger's disk can be neither read nor written",
];

const BY_HAND = [
  ...["removes the ServiceAccount", "removes the RoleBinding", "removes the timer Job", "removes the AccessGrant"],
  ...["adds somebody to the RoleBinding", "deletes the namespace", "lets the role do more"],
  ...["puts a RoleBinding of their own in the place of the grant's", "binds a stronger role under the grant's name"],
  "lets the timer Job count for a day",
];

/** Each of them comes up at least some twenty times in so many runs. */
export const OWED_FAULTS: readonly string[] = [
  ...callsTo("clusters", [...ON_A_LINE, "silent", "refusing"]),
  ...callsTo("Redis", [...ON_A_LINE, "silent", "refusing"]),
  ...callsTo("Slack", [...ON_A_LINE, "silent", "refusing"]),
  ...callsTo("the disk", [...LATE_OR_DEAD, "silent", "refusing"]),
  ...TROUBLES.map((words) => `trouble: ${words}`),
  ...BY_HAND.map((words) => `by hand: ${words}`),
  // That they act, and not only begin.
  ...["answers of clusters: 410 to a LIST", "answers of clusters: 410 to a WATCH", "answers of Redis: OOM"],
  ...["calls told to come again later (429)", "lists from a cache that was behind"],
  ...[3, 4.5, 20].map((seconds) => `clusters whose clock is wrong by ${seconds} s`),
  ...["controllers that stood still over work", "answers that a failover had to keep"],
  ...["jobs that were lost", "jobs that came twice, and ran twice", "jobs that came late"],
  // Nor are all bounds those of after a trouble.
  "ends that were judged to the second, after faults",
];
