import type { Directory } from "./directory.ts";
import type { Person } from "./world.ts";

/** The user object of users.info and user_change, with every field that tells what an account is. */
export function userObject(directory: Directory, person: Person) {
  const world = directory.world;
  const teamId = directory.teamOf(person).id;
  const external = person.kind === "connect" || person.kind === "stranger";
  const guest = person.kind === "multi-channel-guest" || person.kind === "single-channel-guest";
  const [firstName = "", lastName = ""] = person.realName.split(" ");
  const seesEmail = world.app.scopes.includes("users:read.email");
  const enterprise = external ? { id: `E${teamId.slice(1)}`, name: directory.teamOf(person).name } : world.enterprise;
  return {
    id: person.id,
    team_id: teamId,
    name: person.name,
    deleted: person.kind === "deleted",
    color: "9f69e7",
    real_name: person.realName,
    tz: person.tz,
    tz_label: person.tz,
    tz_offset: 0,
    profile: {
      title: "",
      phone: "",
      real_name: person.realName,
      real_name_normalized: person.realName,
      display_name: person.name,
      display_name_normalized: person.name,
      status_text: "",
      status_emoji: "",
      first_name: firstName,
      last_name: lastName,
      // Slack withholds the address of people of other organisations.
      ...(person.email !== undefined && seesEmail && !external ? { email: person.email } : {}),
      ...(guest && person.guestExpiresAt !== undefined ? { guest_expiration_ts: person.guestExpiresAt } : {}),
      team: teamId,
      fields: null,
    },
    is_admin: person.kind === "admin",
    is_owner: false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: person.kind === "single-channel-guest",
    is_bot: person.kind === "bot",
    is_app_user: false,
    // False for a person who shares a channel with the app, however foreign.
    ...(external ? { is_stranger: person.kind === "stranger" } : {}),
    is_email_confirmed: !external && person.kind !== "unconfirmed" && person.kind !== "bot",
    updated: 1_700_000_000,
    who_can_share_contact_card: "EVERYONE",
    ...(enterprise
      ? {
          enterprise_user: {
            id: person.id,
            enterprise_id: enterprise.id,
            enterprise_name: enterprise.name,
            is_admin: false,
            is_owner: false,
            teams: [teamId],
          },
        }
      : {}),
  };
}

/** The user object of the app's own bot user. */
export function botUserObject(directory: Directory) {
  const { app, team } = directory.world;
  return {
    id: app.botUserId,
    team_id: team.id,
    name: app.name.toLowerCase(),
    deleted: false,
    real_name: app.name,
    profile: { real_name: app.name, display_name: "", bot_id: app.botId, api_app_id: app.id, team: team.id },
    is_bot: true,
    is_app_user: false,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    updated: 1_700_000_000,
  };
}
