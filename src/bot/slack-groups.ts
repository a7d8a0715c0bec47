import type { WebClient } from "@slack/web-api";
import type { Millis } from "../workflows/person.ts";
import type { Clock } from "../workflows/ports.ts";
import { createReadings, type Reading } from "./readings.ts";
import { isPassing, sayError, slackTrouble } from "./slack-client.ts";
import type { BotLog } from "./slack-log.ts";

/** Which of some user groups an account is in. */
export interface InGroups {
  /** When the oldest of these answers was asked for; null where none was asked about. */
  readonly readAt: Millis | null;
  readonly ids: readonly string[];
  /** Those of which Slack would not show us who is in them. */
  readonly unread: readonly string[];
  /** All that Slack was asked about: of no other is anything known. */
  readonly asked: readonly string[];
}

/** Knows who is in the user groups that the policy names. */
export interface SlackGroups {
  /**
   * Takes a user id and groups; returns those of them that it is in, as Slack says now (`fresh`) or said within the last
   * minute. Throws Slack's errors where it says nothing: that somebody is in no group is never guessed. A group that it will
   * not show us whoever asks is told as unread.
   */
  of(user: string, about: { readonly groups: readonly string[]; readonly fresh: boolean }): Promise<InGroups>;
}

interface GroupParts {
  readonly slack: WebClient;
  readonly clock: Clock;
  readonly log: BotLog;
}

/**
 * Takes its parts; returns who is in which group. usergroups.users.list is tier 2, 20 and more a minute: where Slack
 * says that it was asked too often, what it said within the last minute holds at a deciding click, too.
 */
export function createSlackGroups({ slack, clock, log }: GroupParts): SlackGroups {
  const readings = createReadings((group) => membersOf(slack, group, log), clock);

  const members = async (group: string, fresh: boolean): Promise<Reading<readonly string[] | null>> => {
    try {
      return await readings.get(group, fresh);
    } catch (cause) {
      const before = slackTrouble(cause)?.kind === "limited" ? readings.recent(group) : null;
      if (before === null) throw cause;
      return before;
    }
  };

  return {
    of: async (user, { groups, fresh }) => {
      const told = await Promise.all(groups.map((group) => members(group, fresh)));
      const ids = groups.filter((_, i) => told[i]?.value?.includes(user) === true);
      const unread = groups.filter((_, i) => told[i]?.value === null);
      return {
        ids,
        unread,
        asked: groups,
        readAt: told.length === 0 ? null : Math.min(...told.map(({ readAt }) => readAt)),
      };
    },
  };
}

/** Null: a group that Slack does not show us. It lets nobody in; whoever runs the app reads in the log what to do. */
async function membersOf(slack: WebClient, group: string, log: BotLog): Promise<readonly string[] | null> {
  try {
    const { users } = await slack.usergroups.users.list({ usergroup: group });
    return users ?? [];
  } catch (cause) {
    const trouble = slackTrouble(cause);
    if (trouble?.kind !== "refused" || isPassing(trouble.error)) throw cause;
    const todo = WHAT_HELPS[trouble.error] ?? "see what slack's word means";
    const told = "a user group of the policy cannot be read: nobody is let in by it, and a denial for it holds for all";
    log.error(told, { group, cause: sayError(cause), todo });
    return null;
  }
}

const WHAT_HELPS: Readonly<Record<string, string>> = {
  missing_scope: "install the app anew: the manifest asks for usergroups:read",
  no_such_subteam: "correct the id of the user group in the policy",
};
