import { northwind } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import { type Stage, setStage } from "../workbench/stage.ts";
import type { Workbench } from "../workbench/workbench.ts";
import { expect, type Play } from "./steps.ts";

/** Long enough to be read and used, short enough to be waited for. */
export const PASS_SECONDS = 20;

/** Who plays, on which parts. */
export interface Cast {
  readonly play: Play;
  readonly bench: Workbench;
  readonly stage: Stage;
  readonly people: Readonly<Record<keyof typeof northwind, PersonInSlack>>;
}

/** What Lena asks for. */
export const wish = {
  namespaces: ["payments"],
  profile: "logs",
  duration: `${PASS_SECONDS}s`,
  reason: "Restart loop in api since the 13:40 deploy; reading logs to find the cause",
} as const;

/** Starts bot, worker and Slack's double as the first step of the play. */
export async function assemble(play: Play, bench: Workbench): Promise<Cast> {
  const { guardian, kubernetes, redis } = bench;
  const stage = await play.step("Bot and worker start as processes of their own", async (say) => {
    const set = await setStage({ guardian, kubernetes, redis, namespaces: wish.namespaces });
    const kubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
    const { code } = await kubernetes.kubectl(["get", "secrets", "-n", "payments"], { kubeconfig });
    expect(code !== 0, "the worker can read Secrets");
    say("the bot has no cluster credential; the worker is daypass-system:worker and cannot read Secrets");
    return set;
  });
  const people = Object.fromEntries(
    Object.entries(northwind).map(([name, id]) => [name, stage.slack.as(id)]),
  ) as Cast["people"];
  return { play, bench, stage, people };
}
