import type { PersonKind, WorldInput } from "./world.ts";

function somebody(id: string, realName: string, kind: PersonKind, more: { email?: string; teamId?: string } = {}) {
  const name = realName.toLowerCase().replace(" ", ".");
  return { id, name, realName, kind, ...more };
}

function northwind(id: string, realName: string, kind: PersonKind) {
  return somebody(id, realName, kind, { email: `${realName.toLowerCase().replace(" ", ".")}@northwind.example` });
}

/** Northwind, its people and channels, with Daypass installed: what tests, demo and bench play in. */
export function defaultWorld(): WorldInput {
  const approvers = ["U0ANA", "U0BEN", "U0SEC", "U0ONC"];
  return {
    team: { id: "T0HOME", name: "Northwind", domain: "northwind" },
    otherTeams: [{ id: "T0ACME", name: "Acme", domain: "acme" }],
    people: [
      somebody("U0LENA", "Lena Fox", "multi-channel-guest", { email: "lena.fox@acme.example" }),
      somebody("U0OMAR", "Omar Aziz", "single-channel-guest", { email: "omar.aziz@acme.example" }),
      somebody("U0KIM", "Kim Lee", "connect", { teamId: "T0ACME", email: "kim.lee@acme.example" }),
      northwind("U0ANA", "Ana Ruiz", "member"),
      northwind("U0BEN", "Ben Okafor", "member"),
      northwind("U0SEC", "Sam Reed", "admin"),
      northwind("U0ONC", "Noor Haddad", "member"),
      northwind("U0EVE", "Eve Stone", "member"),
      northwind("U0GONE", "Gus Older", "deleted"),
      somebody("U0BOT", "Build Bot", "bot"),
      somebody("U0STR", "Stu Ranger", "stranger", { teamId: "T0ACME", email: "stu.ranger@acme.example" }),
      northwind("U0UNC", "Una Firm", "unconfirmed"),
    ],
    channels: [
      {
        id: "C0REQUESTS",
        name: "access-requests",
        members: ["U0LENA", "U0OMAR", ...approvers, "U0EVE", "U0UNC", "U0BOT", "U0DAYPASS"],
      },
      { id: "C0PAYMENTS", name: "payments-approvers", isPrivate: true, members: [...approvers, "U0DAYPASS"] },
      { id: "C0ONCALL", name: "on-call", members: ["U0ONC", "U0SEC", "U0DAYPASS"] },
      { id: "C0RANDOM", name: "random", members: ["U0LENA", ...approvers, "U0EVE", "U0UNC"] },
      { id: "C0SHARED", name: "acme-shared", isExtShared: true, members: ["U0KIM", "U0ANA", "U0SEC", "U0DAYPASS"] },
    ],
    userGroups: [
      { id: "S0PAYMENTS", handle: "payments-approvers", name: "Payments approvers", users: ["U0ANA", "U0BEN"] },
      { id: "S0ONCALL", handle: "on-call", name: "On-call", users: ["U0ONC"] },
    ],
    app: {
      commands: [
        { command: "/k8s-access", should_escape: true, description: "Ask for access", usage_hint: "help" },
        { command: "/k8s-revoke", should_escape: true, description: "End access", usage_hint: "[@person | all]" },
      ],
      scopes: [
        "commands",
        "chat:write",
        "im:write",
        "users:read",
        "users:read.email",
        "usergroups:read",
        "channels:read",
        "groups:read",
        "team:read",
      ],
      events: [
        "app_home_opened",
        "user_change",
        "user_guest_status_changed",
        "team_join",
        "subteam_members_changed",
        "channel_shared",
        "channel_unshared",
        "member_left_channel",
        "app_uninstalled",
        "tokens_revoked",
      ],
    },
  };
}
