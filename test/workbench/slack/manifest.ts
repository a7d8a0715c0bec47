import { parse } from "yaml";
import { z } from "zod";
import { slashCommand, type WorldInput } from "./world.ts";

/** The app manifest, with Slack's limits (docs.slack.dev, app manifest reference). Unknown keys are refused. */
const manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.int(), minor_version: z.int() }).optional(),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140).optional(),
    long_description: z.string().min(175).max(4000).optional(),
    background_color: z.string().optional(),
  }),
  features: z.strictObject({
    app_home: z
      .strictObject({
        home_tab_enabled: z.boolean().default(false),
        messages_tab_enabled: z.boolean().default(false),
        messages_tab_read_only_enabled: z.boolean().default(true),
      })
      .optional(),
    bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean().optional() }),
    slash_commands: z
      .array(slashCommand.extend({ url: z.url().optional(), description: z.string().min(1).max(2000) }))
      .max(50)
      .default([]),
    shortcuts: z.array(z.looseObject({})).max(10).optional(),
  }),
  oauth_config: z.strictObject({
    scopes: z.strictObject({ bot: z.array(z.string()).max(255), user: z.array(z.string()).optional() }),
    redirect_urls: z.array(z.url()).max(1000).optional(),
  }),
  settings: z.strictObject({
    allowed_ip_address_ranges: z.array(z.string()).max(10).optional(),
    event_subscriptions: z
      .strictObject({ request_url: z.url().optional(), bot_events: z.array(z.string()).max(100).default([]) })
      .optional(),
    interactivity: z
      .strictObject({
        is_enabled: z.boolean(),
        request_url: z.url().optional(),
        message_menu_options_url: z.url().optional(),
      })
      .optional(),
    org_deploy_enabled: z.boolean().optional(),
    socket_mode_enabled: z.boolean().optional(),
    token_rotation_enabled: z.boolean().optional(),
  }),
});

/**
 * The world with the app installed as its manifest says: name, commands, scopes, events, App Home, interactivity.
 * Takes the manifest's YAML text; throws with the place of whatever Slack would refuse.
 */
export function installManifest(world: WorldInput, text: string): WorldInput {
  const parsed = manifest.safeParse(parse(text));
  if (!parsed.success) throw new Error(`Slack would refuse this manifest:\n${z.prettifyError(parsed.error)}`);
  const { display_information: display, features, oauth_config: oauth, settings } = parsed.data;
  return {
    ...world,
    app: {
      ...world.app,
      name: display.name,
      commands: features.slash_commands.map(({ url: _url, ...command }) => command),
      scopes: oauth.scopes.bot,
      events: settings.event_subscriptions?.bot_events ?? [],
      interactivity: settings.interactivity?.is_enabled ?? false,
      homeTab: features.app_home?.home_tab_enabled ?? false,
      messagesTab: features.app_home?.messages_tab_enabled ?? false,
      messagesTabReadOnly: features.app_home?.messages_tab_read_only_enabled ?? true,
    },
  };
}
