/** Everything of ours is killed for good while access is lent, and watched from outside: does it end? */
import { decodeJwt } from "jose";
import { ASKERS } from "../../bench/requests.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import { setStage } from "../workbench/stage.ts";
import { startWorkbench } from "../workbench/workbench.ts";
import { killAll } from "./kill-all.ts";
import { lendByDesk } from "./lend-by-desk.ts";
import { lendThroughSlack } from "./lend-through-slack.ts";
import { type Lent, namespacesFor, readEnds } from "./lent.ts";
import { report } from "./report.ts";
import { say, utc } from "./transcript.ts";
import { MOST_THROUGH_SLACK, readWanted, type Wanted } from "./wanted.ts";
import { watchAll } from "./watch-all.ts";

const wanted = readWanted(process.argv.slice(2));
if (typeof wanted === "string") {
  console.error(wanted);
  process.exit(2);
}
process.exitCode = await run(wanted);

/** Returns the exit code. */
async function run(wanted: Wanted): Promise<number> {
  const workbench = await startWorkbench({ print: (line) => console.log(line) });
  try {
    const { guardian, kubernetes, redis } = workbench;
    const namespaces = namespacesFor(wanted.grants);
    const stage = await setStage({ guardian, kubernetes, redis, namespaces, contractors: ASKERS });
    const passes =
      wanted.grants > MOST_THROUGH_SLACK
        ? await lendByDesk(redis.url, stage, wanted)
        : await lendThroughSlack(stage, wanted);
    const lent = await readEnds(kubernetes, passes);
    sayEnds(lent);
    await killAll(workbench, stage.slack);
    const watched = await watchAll(workbench, lent);
    await sayWhatIsLeft(kubernetes);
    return report(watched) ? 0 : 1;
  } finally {
    await workbench.stop();
  }
}

/** What is known of the ends when everything is about to die: the cluster's word, and the token's own. */
function sayEnds(lent: readonly Lent[]): void {
  const ends = new Set(lent.map(({ end }) => utc(end)));
  say(`the end, by the cluster's AccessGrants: ${[...ends].join(", ")}`);
  const [first] = lent;
  const { exp = 0 } = decodeJwt(/token: "?([\w.-]+)/.exec(first?.kubeconfig ?? "")?.[1] ?? "");
  say(`exp of the ${lent.length > 1 ? "first " : ""}token: ${utc(exp * 1000)}; the API server honours it 60 s longer`);
}

/** The bindings to nobody wait, with their AccessGrants, for the reaper or for Daypass to live again. */
async function sayWhatIsLeft(kubernetes: AttachedKubernetes): Promise<void> {
  const kinds = ["serviceaccounts", "secrets", "jobs", "rolebindings", "accessgrants"];
  const counts = await Promise.all(
    kinds.map(async (kind) => {
      const { stdout } = await kubernetes.kubectl(["get", kind, "-A", "-l", "daypass.dev/grant", "-o", "name"]);
      return `${stdout.split("\n").filter(Boolean).length} ${kind}`;
    }),
  );
  say(`left in the cluster: ${counts.join(", ")}`);
}
