import { z } from "zod";
import { slackMessages } from "../limits/slack-messages.ts";
import { type ViewArgument, viewArgument } from "../limits/views.ts";
import { watchView } from "../oracle.ts";
import type { Slack } from "../slack.ts";
import { SlackError } from "../slack-error.ts";
import { viewObject } from "../view-object.ts";
import { json, readArguments } from "./arguments.ts";
import type { Methods } from "./method.ts";

/** Slack: 250 kB a view. */
const largestView = 250_000;

const view = json(z.unknown());
const triggered = z.looseObject({ trigger_id: z.string(), view });
const updating = z.looseObject({
  view_id: z.string().optional(),
  external_id: z.string().optional(),
  hash: z.string().optional(),
  view,
});

/** Checks a view by every limit; throws `invalid_arguments` or `view_too_large` as Slack does. */
export function checkView(slack: Slack, argument: unknown, type: ViewArgument["type"]): ViewArgument {
  if (JSON.stringify(argument ?? null).length > largestView) throw new SlackError("view_too_large");
  const parsed = viewArgument.safeParse(argument);
  if (!parsed.success) throw new SlackError("invalid_arguments", slackMessages(parsed.error, "/view"));
  if (parsed.data.type !== type) throw new SlackError("invalid_arguments", [`[ERROR] a ${type} view is needed`]);
  watchView(slack, parsed.data);
  return structuredClone(parsed.data);
}

export const views: Methods = {
  "views.open"(slack, args) {
    const asked = readArguments(triggered, args);
    const argument = checkView(slack, asked.view, "modal");
    const trigger = slack.triggers.exchange(asked.trigger_id);
    return { view: viewObject(slack, slack.views.open(trigger.user, argument)) };
  },

  "views.push"(slack, args) {
    const asked = readArguments(triggered, args);
    const argument = checkView(slack, asked.view, "modal");
    const trigger = slack.triggers.exchange(asked.trigger_id);
    if (trigger.fromView === undefined) throw new SlackError("not_found");
    return { view: viewObject(slack, slack.views.push(trigger.user, argument, trigger.fromView)) };
  },

  "views.update"(slack, args) {
    const asked = readArguments(updating, args);
    const found =
      asked.view_id !== undefined ? slack.views.get(asked.view_id) : slack.views.byExternalId(asked.external_id ?? "");
    const argument = checkView(slack, asked.view, found.view.type);
    return { view: viewObject(slack, slack.views.update(found, argument, asked.hash)) };
  },

  "views.publish"(slack, args) {
    const asked = readArguments(z.looseObject({ user_id: z.string(), hash: z.string().optional(), view }), args);
    if (!slack.world.app.homeTab) throw new SlackError("not_enabled");
    const person = slack.directory.person(asked.user_id);
    const argument = checkView(slack, asked.view, "home");
    return { view: viewObject(slack, slack.views.publish(person.id, argument, asked.hash)) };
  },
};
