import type { BlockAction, ViewSubmitAction } from "@slack/bolt";
import type { SlackUser } from "./known-people.ts";

/**
 * Takes a click's or a form's payload; returns who it was. The home team is `user.team_id`: `team.id` is only where it
 * was clicked, which in a shared channel is somebody else's workspace.
 */
export function userOf(body: Pick<BlockAction | ViewSubmitAction, "user">): SlackUser {
  return { user: body.user.id, team: body.user.team_id ?? null };
}

/** Takes a click's payload; returns the value of the button, or undefined for anything else. */
export function buttonValue(body: BlockAction): string | undefined {
  const [action] = body.actions;
  return action?.type === "button" ? action.value : undefined;
}
