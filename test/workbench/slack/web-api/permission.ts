import { SlackError } from "../slack-error.ts";
import type { World } from "../world.ts";
import type { Arguments } from "./arguments.ts";

const appLevelMethods = ["apps.connections.open"];

/** Throws as Slack does when the bearer token is missing, unknown or of the wrong kind for this method. */
export function checkToken(world: World, method: string, token: string | undefined): void {
  if (token === undefined || token === "") throw new SlackError("not_authed");
  if (token !== world.app.botToken && token !== world.app.appToken) throw new SlackError("invalid_auth");
  const needed = appLevelMethods.includes(method) ? world.app.appToken : world.app.botToken;
  if (token !== needed) throw new SlackError("not_allowed_token_type");
}

/** The scopes of which one is enough for a method (Slack's method pages). */
const scopes: Record<string, string[]> = {
  "chat.postMessage": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "chat.update": ["chat:write"],
  "chat.delete": ["chat:write"],
  "team.info": ["team:read"],
  "users.info": ["users:read"],
  "users.list": ["users:read"],
  "users.lookupByEmail": ["users:read.email"],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "conversations.open": ["im:write", "mpim:write", "channels:manage", "groups:write"],
  "reactions.add": ["reactions:write"],
  "files.getUploadURLExternal": ["files:write"],
  "files.completeUploadExternal": ["files:write"],
  "files.info": ["files:read"],
  "files.delete": ["files:write"],
};

function neededFor(world: World, method: string, args: Arguments): string[] | undefined {
  if (!["conversations.info", "conversations.members", "conversations.list"].includes(method)) return scopes[method];
  const channel = world.channels.find((one) => one.id === args.channel);
  if (channel?.imWith !== undefined) return ["im:read"];
  return channel?.isPrivate ? ["groups:read"] : ["channels:read"];
}

/** Throws `missing_scope` with what is needed and what the app has. */
export function checkScope(world: World, method: string, args: Arguments): void {
  const needed = neededFor(world, method, args);
  if (!needed || needed.some((scope) => world.app.scopes.includes(scope))) return;
  const provided = world.app.scopes.join(",");
  throw new SlackError("missing_scope", [], { needed: needed.join(","), provided });
}
