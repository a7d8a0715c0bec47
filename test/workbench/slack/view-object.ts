import type { Slack } from "./slack.ts";
import type { View } from "./views.ts";

/** A view as answers and payloads show it, with the values entered so far. */
export function viewObject(slack: Slack, view: View) {
  const { app, team } = slack.world;
  const shown = view.view;
  const modal = shown.type === "modal" ? shown : undefined;
  return {
    id: view.id,
    team_id: team.id,
    type: shown.type,
    blocks: shown.blocks,
    private_metadata: shown.private_metadata ?? "",
    callback_id: shown.callback_id ?? "",
    state: slack.views.state(view),
    hash: view.hash,
    title: modal?.title ?? { type: "plain_text", text: "View Title", emoji: true },
    clear_on_close: modal?.clear_on_close ?? false,
    notify_on_close: modal?.notify_on_close ?? false,
    close: modal?.close ?? null,
    submit: modal?.submit ?? null,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: app.id,
    external_id: shown.external_id ?? "",
    app_installed_team_id: team.id,
    bot_id: app.botId,
  };
}
