import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { isCasesName } from "../../src/policy/policy-files.ts";

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
  /** Settings that stand in place of the policy's own, by name. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Further contractors of Acme, by policy id: where hundreds are lent, since one person holds ten at most. */
  readonly contractors?: readonly string[];
}

const EXAMPLE = join(import.meta.dirname, "../../examples/policy");

/** Of one cluster, and no two for the namespaces of the choices. */
const RULES: ReadonlySet<string> = new Set(["acme-payments", "on-call-looks"]);

type Entry = Readonly<Record<string, unknown>>;
type Named = Readonly<Record<string, Entry>>;

/**
 * Returns policy.yaml's text for Northwind, which is the company of examples/policy in the Slack double's world: with the
 * accounts and channels of that world, one cluster, and what the choices say. Contractors of Acme are Lena and Omar
 * (guests) and Kim (by Slack Connect); Ana, Ben and Lena (who must not be able to use it) approve; Noor is on call.
 */
export function northwindPolicy({
  namespaces,
  approvers = ["ana", "ben", "lena"],
  changes = {},
  contractors = [],
}: PolicyChoices): string {
  const example = readExample();
  const people = { ...inWorld(example.people as Named), ...fromIds(contractors, contractor) };
  const rules = (example.rules as readonly Entry[]).filter(({ name }) => RULES.has(String(name)));
  return stringify({
    ...example,
    slack: { ...(example.slack as Entry), requestsChannel: channels.requests },
    // One of Acme's people may lend twenty in one test, and all together hundreds.
    companies: { acme: { ...(example.companies as Named).acme, slackTeam: "T0ACME", maxPasses: undefined } },
    limits: { openPerPerson: 500, passesPerPerson: 500 },
    people,
    groups: inChannels(example.groups as Named, approvers),
    rules: rules.map((rule) => (rule.name === "acme-payments" ? { ...rule, ...ofAcmeAndAna(namespaces) } : rule)),
    risk: atAnyHour(example.risk as Entry),
    ...changes,
  });
}

/** The folder's files as one; no two of them have the same sections. */
function readExample(): Entry {
  const names = readdirSync(EXAMPLE).filter((name) => !isCasesName(name));
  return Object.assign({}, ...names.map((name) => parse(readFileSync(join(EXAMPLE, name), "utf8"))));
}

/** Whoever has no account in the double's world stays out of it. */
function inWorld(people: Named): Named {
  return Object.fromEntries(
    Object.entries(people).flatMap(([id, person]) => {
      const user = Object.hasOwn(northwind, id) ? northwind[id as keyof typeof northwind] : null;
      return user === null ? [] : [[id, { ...person, slack: `${id === "kim" ? "T0ACME" : "T0HOME"}/${user}` }]];
    }),
  );
}

function inChannels(groups: Named, approvers: readonly string[]): Named {
  const all = Object.entries(groups).map(([id, group]) => [id, { ...group, channel: channels.onCall }] as const);
  const named = Object.fromEntries(all);
  const own = { channel: channels.approvers, people: approvers };
  return { ...named, "payments-approvers": { ...named["payments-approvers"], ...own } };
}

/** Ana asks too, so that somebody who approves is somebody who asked. */
function ofAcmeAndAna(namespaces: readonly string[]): Entry {
  return { name: "acme-and-ana", who: ["acme", "ana"], namespaces };
}

/** A test at night is like one by day. */
function atAnyHour({ hours: _, raise, ...risk }: Entry): Entry {
  return { ...risk, raise: (raise as readonly Entry[]).filter(({ outsideHours }) => outsideHours !== true) };
}

function fromIds<T>(ids: readonly string[], of: (id: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(ids.map((id) => [id, of(id)]));
}

function contractor(id: string) {
  return { name: `Contractor ${id}`, slack: `T0HOME/U0${id.replaceAll("-", "").toUpperCase()}`, company: "acme" };
}
