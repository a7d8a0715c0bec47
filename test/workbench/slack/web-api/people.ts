import { z } from "zod";
import { SlackError } from "../slack-error.ts";
import { botUserObject, userObject } from "../user-object.ts";
import { flag, readArguments } from "./arguments.ts";
import type { Methods } from "./method.ts";
import { page, paging } from "./paging.ts";

export const people: Methods = {
  "users.info"(slack, args) {
    const { user } = readArguments(z.looseObject({ user: z.string() }), args);
    if (user === slack.directory.botUserId) return { user: botUserObject(slack.directory) };
    return { user: userObject(slack.directory, slack.directory.person(user)) };
  },

  "users.lookupByEmail"(slack, args) {
    const { email } = readArguments(z.looseObject({ email: z.string() }), args);
    const found = slack.world.people.find(
      (person) =>
        person.email?.toLowerCase() === email.toLowerCase() &&
        !["deleted", "connect", "stranger"].includes(person.kind),
    );
    if (!found) throw new SlackError("users_not_found");
    return { user: userObject(slack.directory, found) };
  },

  "users.list"(slack, args) {
    const asked = readArguments(z.looseObject(paging), args);
    // Strangers are people this workspace does not know of; they are in no list.
    const known = slack.world.people.filter((person) => person.kind !== "stranger");
    const members = known.map((person) => userObject(slack.directory, person));
    return page("members", [...members, botUserObject(slack.directory)], asked);
  },

  "usergroups.list"(slack, args) {
    const asked = readArguments(
      z.looseObject({ include_users: flag.optional(), include_count: flag.optional() }),
      args,
    );
    return {
      usergroups: slack.world.userGroups.map((group) => ({
        id: group.id,
        team_id: slack.world.team.id,
        is_usergroup: true,
        is_subteam: true,
        name: group.name,
        handle: group.handle,
        is_external: false,
        date_delete: 0,
        ...(asked.include_users ? { users: group.users } : {}),
        ...(asked.include_count ? { user_count: group.users.length } : {}),
      })),
    };
  },

  "usergroups.users.list"(slack, args) {
    const asked = readArguments(z.looseObject({ usergroup: z.string() }), args);
    return { users: slack.directory.group(asked.usergroup).users };
  },
};
