import { own } from "../workflows/policy.ts";
import { TIERS, type Tier } from "../workflows/policy-schema.ts";
import { type AssumedWish, type Assumptions, judgeAssumed, judgeAssumedGlass } from "./assumed.ts";
import { isDuration, isSlackGroup, parsePlace } from "./assumed-words.ts";
import { Misuse, momentOr, oneOf, positional, readArguments, type Terminal } from "./command-line.ts";
import { type Asking, type Facts, readFacts, sayUnknown } from "./facts-file.ts";
import { type ReadPolicy, readPolicy } from "./read-policy.ts";
import { sayGlass, sayVerdict } from "./say-verdict.ts";
import { slackWords } from "./slack-words.ts";

const OPTIONS = {
  who: { type: "string" },
  what: { type: "string" },
  where: { type: "string" },
  for: { type: "string" },
  at: { type: "string" },
  label: { type: "string", multiple: true },
  "cluster-label": { type: "string", multiple: true },
  risk: { type: "string" },
  facts: { type: "string" },
  guest: { type: "boolean" },
  "slack-group": { type: "string", multiple: true },
  format: { type: "string" },
} as const;

/** `daypass policy explain`: may they, by which rule, who must say yes, why not. Exit code 0 for either answer. */
export async function explain(args: readonly string[], terminal: Terminal, now: number): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS);
  const [path] = positional(positionals, ["the policy's path"]);
  const format = oneOf("format", values.format, ["text", "json"]);
  const where = parsePlace(needed("where", values.where));
  if (where === null) throw new Misuse("--where is a cluster and namespaces, such as prod/payments");
  const asked = {
    ...{ who: needed("who", values.who), what: needed("what", values.what), for: needed("for", values.for) },
    ...{ ...where, guest: values.guest ?? false },
  };
  const slackGroups = values["slack-group"];
  const odd = slackGroups?.find((id) => !isSlackGroup(id));
  if (odd !== undefined) throw new Misuse(`--slack-group is a user group's id such as S0123456789, not ${odd}`);
  if (!isDuration(asked.for)) throw new Misuse(`no duration: ${asked.for} (write 30m, 2h or 1h30m)`);
  const told: Told = {
    here: labelsOf("label", values.label),
    cluster: labelsOf("cluster-label", values["cluster-label"]),
    risk: values.risk === undefined ? null : oneOf("risk", values.risk, TIERS),
  };
  momentOr(values.at, now);
  const policy = await readPolicy(path);
  if (own(policy.policy.people, asked.who) === undefined) throw new Misuse(`the policy lists no person "${asked.who}"`);
  if (own(policy.policy.profiles, asked.what) === undefined) {
    throw new Misuse(`the policy has no profile "${asked.what}"`);
  }
  const asking = (facts: Facts) =>
    askingOf(policy, { ...asked, slackGroups: slackGroups ?? facts.slackGroups }, facts, told);
  const facts = values.facts === undefined ? NO_FACTS : await readFacts(values.facts, policy.policy, asking);
  const { held, outcomes } = facts;
  const asker = { slackGroups: slackGroups ?? facts.slackGroups, held, outcomes };
  const wish: AssumedWish = { ...asked, ...asker, at: momentOr(values.at, facts.at ?? now) };
  for (const id of wish.slackGroups) {
    const unknown = sayUnknown(policy.policy, "Slack user group", id);
    if (unknown !== null) terminal.complain(`daypass policy: ${unknown}; being in it changes nothing`);
  }
  answer({ policy, wish, assumed: assume(policy, wish, facts, told), format, terminal });
  return 0;
}

const NO_FACTS: Facts = {
  ...{ clusterLabels: {}, namespaceLabels: {}, risk: {} },
  ...{ slackGroups: [], held: [], outcomes: [] },
};

interface Answering {
  readonly policy: ReadPolicy;
  readonly wish: AssumedWish;
  readonly assumed: Assumptions;
  readonly format: "text" | "json";
  readonly terminal: Terminal;
}

function answer({ policy, wish, assumed, format, terminal }: Answering): void {
  const verdict = judgeAssumed(policy, wish, assumed);
  const breakGlass = judgeAssumedGlass(policy, wish, assumed);
  if (format === "json") {
    terminal.say(JSON.stringify({ ...verdict, breakGlass }, null, 2));
    return;
  }
  const emergency = breakGlass === null ? [] : sayGlass(policy.policy, wish, breakGlass);
  const unless = slackWords(policy.policy, wish, assumed);
  terminal.say([...sayVerdict(policy, wish, verdict, assumed), ...emergency, ...unless].join("\n"));
}

/** What options say of the place that is asked for, and of each role; more than a file of facts says of it. */
interface Told {
  readonly here: Labels;
  readonly cluster: Labels;
  readonly risk: Tier | null;
}

/** One question is asked with these facts now, and others may be another time. */
function askingOf(
  policy: ReadPolicy,
  wish: Pick<AssumedWish, "who" | "what" | "cluster" | "namespaces" | "slackGroups">,
  facts: Facts,
  told: Told,
): Asking {
  const { who: person, what: profile, cluster, namespaces, slackGroups } = wish;
  const member = { person, slackGroups };
  const { namespaceLabels } = assume(policy, wish, facts, told);
  return {
    questions: { asked: [{ member, profile, cluster, namespaces }], held: facts.held, areAll: false },
    holders: { members: [member], labels: namespaceLabels },
  };
}

function assume(
  { policy }: ReadPolicy,
  { cluster, namespaces }: Pick<AssumedWish, "cluster" | "namespaces">,
  { clusterLabels, namespaceLabels, risk }: Facts,
  told: Told,
): Assumptions {
  const known = own(namespaceLabels, cluster) ?? {};
  const here = namespaces.map((name) => [name, { ...own(known, name), ...told.here }] as const);
  const tiers = Object.keys(policy.profiles).map((id) => [id, told.risk ?? own(risk, id) ?? "low"] as const);
  return {
    clusterLabels: { ...clusterLabels, [cluster]: { ...own(clusterLabels, cluster), ...told.cluster } },
    namespaceLabels: { ...namespaceLabels, [cluster]: { ...known, ...Object.fromEntries(here) } },
    risk: Object.fromEntries(tiers),
  };
}

type Labels = Readonly<Record<string, string>>;

function labelsOf(option: string, given: readonly string[] = []): Labels {
  return Object.fromEntries(
    given.map((text) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
      if (key === undefined || value === undefined) throw new Misuse(`--${option} is key=value, such as team=payments`);
      return [key, value];
    }),
  );
}

function needed(option: string, value: string | undefined): string {
  if (value === undefined) throw new Misuse(`--${option} is missing`);
  return value;
}
