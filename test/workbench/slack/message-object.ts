import type { Message } from "./timelines.ts";
import type { World } from "./world.ts";

/** A message as the API and interaction payloads show it. */
export function messageObject(world: World, message: Message) {
  const { app, team } = world;
  return {
    type: "message",
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: team.id,
    ...(message.fromApp ? { bot_id: app.botId, app_id: app.id } : {}),
    ...(message.blocks ? { blocks: message.blocks } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.metadata ? { metadata: message.metadata } : {}),
    ...(message.editedTs ? { edited: { user: app.botId, ts: message.editedTs } } : {}),
  };
}
