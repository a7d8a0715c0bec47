import { stringify } from "yaml";

/** Who is who in the Slack double's default world, by policy id. */
export const northwind = {
  lena: "U0LENA",
  omar: "U0OMAR",
  kim: "U0KIM",
  ana: "U0ANA",
  ben: "U0BEN",
  sam: "U0SEC",
  noor: "U0ONC",
  eve: "U0EVE",
} as const;

export const channels = {
  requests: "C0REQUESTS",
  approvers: "C0PAYMENTS",
  onCall: "C0ONCALL",
  random: "C0RANDOM",
} as const;

/** What may be varied where a test needs it. */
export interface PolicyChoices {
  /** The namespaces that contractors may ask for. */
  readonly namespaces: readonly string[];
  /** People of the approvers' group, by policy id. */
  readonly approvers?: readonly string[];
  /** Further contractors of Acme, by policy id: where hundreds are lent, since one person holds ten at most. */
  readonly contractors?: readonly string[];
}

/**
 * Returns policy.yaml's text for Northwind: a company with contractors of Acme (Lena and Omar are guests, Kim comes by
 * Slack Connect), payments approvers (Ana, Ben, and Lena, who must not be able to use it) and on-call (Noor).
 */
export function northwindPolicy({
  namespaces,
  approvers = ["ana", "ben", "lena"],
  contractors = [],
}: PolicyChoices): string {
  return stringify({
    version: 1,
    slack: { requestsChannel: channels.requests, linkedBy: "Sam Reed, security" },
    companies: { acme: { name: "Acme", sponsor: "ana", contractEnd: "2099-12-31", slackTeam: "T0ACME" } },
    people: {
      lena: { name: "Lena Fox", slack: "T0HOME/U0LENA", company: "acme" },
      omar: { name: "Omar Aziz", slack: "T0HOME/U0OMAR", company: "acme" },
      kim: { name: "Kim Lee", slack: "T0ACME/U0KIM", company: "acme" },
      ana: { name: "Ana Ruiz", slack: "T0HOME/U0ANA" },
      ben: { name: "Ben Okafor", slack: "T0HOME/U0BEN" },
      sam: { name: "Sam Reed", slack: "T0HOME/U0SEC" },
      noor: { name: "Noor Haddad", slack: "T0HOME/U0ONC" },
      ...Object.fromEntries(contractors.map((id) => [id, contractor(id)])),
    },
    groups: {
      "payments-approvers": { name: "payments approvers", channel: channels.approvers, people: approvers },
      "on-call": { name: "on-call", channel: channels.onCall, people: ["noor"] },
    },
    onCall: "on-call",
    // One journey lends twenty to one person.
    limits: { openPerPerson: 50, passesPerPerson: 50 },
    profiles: {
      logs: {
        role: "daypass-profile-logs",
        words: "Read logs",
        can: "read pods, logs and events",
        cannot: "read Secrets, change anything, run commands",
        maxDuration: "4h",
      },
      restart: {
        role: "daypass-profile-restart",
        words: "Restart workloads",
        can: "delete pods so that they start anew, and read pods, logs and events",
        cannot: "read Secrets, change what runs, run commands",
        maxDuration: "1h",
      },
    },
    rules: [
      {
        name: "acme-and-ana",
        who: ["acme", "ana"],
        cluster: "prod",
        namespaces,
        profiles: ["logs", "restart"],
        approvers: "payments-approvers",
      },
    ],
  });
}

function contractor(id: string) {
  return { name: `Contractor ${id}`, slack: `T0HOME/U0${id.replaceAll("-", "").toUpperCase()}`, company: "acme" };
}
