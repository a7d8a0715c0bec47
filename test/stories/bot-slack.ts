import { beforeEach } from "vitest";
import { useGuardian } from "../workbench/for-tests.ts";
import { northwind } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import type { SlackDouble } from "../workbench/slack-double.ts";
import { startNorthwind } from "../workbench/stage.ts";

/** Half an hour of logs in payments: what a story asks for where it is about something else. */
export const LOGS_WISH = {
  namespaces: ["payments"],
  profile: "logs",
  duration: "30m",
  reason: "Reading logs to find the restart loop",
} as const;

/** Northwind's workspace in Slack's double. */
export interface UsedSlack {
  readonly double: SlackDouble;
  /** Takes somebody of Northwind; returns them, to act in Slack. */
  readonly who: (name: keyof typeof northwind) => PersonInSlack;
}

/** Starts Northwind's workspace anew for each test of this file: what one says would be seen by the next. */
export function useSlack(): UsedSlack {
  const guardian = useGuardian();
  let double: SlackDouble | undefined;
  const started = () => {
    if (double === undefined) throw new Error("the workspace starts with each test: do not use it before");
    return double;
  };
  beforeEach(async () => {
    double = await startNorthwind(guardian);
    return () => double?.stop();
  });
  return {
    get double() {
      return started();
    },
    who: (name) => started().as(northwind[name]),
  };
}
