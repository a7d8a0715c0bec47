import { own } from "../workflows/policy.ts";
import { TIERS, type Tier } from "../workflows/policy-schema.ts";
import { type AssumedWish, type Assumptions, isDuration, judgeAssumed, parsePlace } from "./assumed.ts";
import { Misuse, momentOr, oneOf, positional, readArguments, type Terminal } from "./command-line.ts";
import { type ReadPolicy, readPolicy } from "./read-policy.ts";
import { sayVerdict } from "./say-verdict.ts";

const OPTIONS = {
  who: { type: "string" },
  what: { type: "string" },
  where: { type: "string" },
  for: { type: "string" },
  at: { type: "string" },
  label: { type: "string", multiple: true },
  "cluster-label": { type: "string", multiple: true },
  risk: { type: "string" },
  guest: { type: "boolean" },
  format: { type: "string" },
} as const;

/** `daypass policy explain`: may they, by which rule, who must say yes, why not. Exit code 0 for either answer. */
export async function explain(args: readonly string[], terminal: Terminal, now: number): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS);
  const [path] = positional(positionals, ["the policy's path"]);
  const format = oneOf("format", values.format, ["text", "json"]);
  const where = parsePlace(needed("where", values.where));
  if (where === null) throw new Misuse("--where is a cluster and namespaces, such as prod/payments");
  const wish: AssumedWish = {
    ...{ who: needed("who", values.who), what: needed("what", values.what), for: needed("for", values.for) },
    ...{ ...where, at: momentOr(values.at, now), guest: values.guest ?? false },
  };
  if (!isDuration(wish.for)) throw new Misuse(`no duration: ${wish.for} (write 30m, 2h or 1h30m)`);
  const risk = oneOf("risk", values.risk, TIERS);
  const policy = await readPolicy(path);
  const labels = { here: labelsOf("label", values.label), cluster: labelsOf("cluster-label", values["cluster-label"]) };
  answer({ policy, wish, assumed: assume(policy, wish, labels, risk), format, terminal });
  return 0;
}

interface Answering {
  readonly policy: ReadPolicy;
  readonly wish: AssumedWish;
  readonly assumed: Assumptions;
  readonly format: "text" | "json";
  readonly terminal: Terminal;
}

function answer({ policy, wish, assumed, format, terminal }: Answering): void {
  if (own(policy.policy.people, wish.who) === undefined) throw new Misuse(`the policy lists no person "${wish.who}"`);
  if (own(policy.policy.profiles, wish.what) === undefined)
    throw new Misuse(`the policy has no profile "${wish.what}"`);
  const verdict = judgeAssumed(policy, wish, assumed);
  if (format === "text") terminal.say(sayVerdict(policy.policy, wish, verdict).join("\n"));
  else terminal.say(JSON.stringify(verdict, null, 2));
}

function assume(
  { policy }: ReadPolicy,
  { cluster, namespaces }: AssumedWish,
  labels: { readonly here: Labels; readonly cluster: Labels },
  risk: Tier,
): Assumptions {
  return {
    clusterLabels: { [cluster]: labels.cluster },
    namespaceLabels: { [cluster]: Object.fromEntries(namespaces.map((name) => [name, labels.here])) },
    risk: Object.fromEntries(Object.keys(policy.profiles).map((profile) => [profile, risk])),
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
