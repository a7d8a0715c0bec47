/** Inputs that nobody would write, made from a seed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../fakes/random.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/policy");
const BAD = join(import.meta.dirname, "bad");

const read = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml") && !name.endsWith(".cases.yaml"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "latin1"));
/** One good whole policy, the example's parts, and all that is bad. */
const POLICIES = [...read(EXAMPLE), ...read(BAD)].filter((text) => text.length < 5_000);

const SCRAPS = [
  ..."[]{}:,-?&*!|>'\"%@`#~ \n\t\0\r",
  ...[
    "\n  ",
    "\n- ",
    "---\n",
    "...\n",
    "<<: ",
    "&a ",
    "*a ",
    "!!str ",
    "!x ",
    "%YAML 1.1\n",
    "__proto__",
    "constructor",
  ],
  ...["\u202e", "\ufeff", "\u2028", "\u200b", "\u0430", "\ud800", "1e999", "0x10", ".inf", ".nan", "null", "~", "true"],
  ...["2027-02-30", "1h banana", "-1h", "99999999999999999999", "[".repeat(50), "- ".repeat(50), " ".repeat(120)],
];

/** Whole and without a fault but for what time made old. */
const WHOLE = readFileSync(join(BAD, "date-over.yaml"), "latin1");

/** A policy's text in which some places were changed, as bytes that may be no text. */
export function mutatedPolicy(random: Random): Buffer {
  let text = random.below(2) === 0 ? WHOLE : random.pick(POLICIES);
  for (let left = random.below(4) + 1; left > 0; left--) {
    const at = random.below(text.length + 1);
    const cut = random.below(4) === 0 ? random.below(40) : 0;
    const put = random.below(3) === 0 ? text.slice(random.below(text.length + 1)).slice(0, 60) : random.pick(SCRAPS);
    text = text.slice(0, at) + put + text.slice(at + cut);
  }
  return Buffer.from(text, random.below(10) === 0 ? "latin1" : "utf8");
}

/** Any bytes at all. */
export function anyBytes(random: Random): Buffer {
  return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
}

const KEYS = [
  ...["version", "slack", "companies", "people", "groups", "onCall", "profiles", "rules", "denials", "separation"],
  ...["limits", "tickets", "risk", "breakGlass", "name", "who", "cluster", "namespaces", "approvers", "quorum", "when"],
  ...["whenWords", "first", "second", "hours", "raise", "tiers", "pattern", "example", "people", "constructor", "jo"],
];
const LEAVES = [
  ...[1, 0, -1, 1.5, 1e21, true, false, null, "", "jo", "acme", "prod", "payments", "*", "logs", "4h", "soon"],
  ...["2027-03-31", "T01234567/U01234567", "C0123456789", "now.hour > 8", "[", "(a+)+$", "\u202e", "__proto__"],
];

/** A tree of settings and values in any order, as JSON, which YAML reads. */
export function anyTree(random: Random): Buffer {
  const tree = (depth: number): unknown => {
    const kind = depth === 0 ? 0 : random.below(4);
    if (kind < 1) return random.pick(LEAVES);
    const size = random.below(5);
    if (kind === 1) return Array.from({ length: size }, () => tree(depth - 1));
    return Object.fromEntries(Array.from({ length: size * 2 }, () => [random.pick(KEYS), tree(depth - 1)]));
  };
  return Buffer.from(JSON.stringify({ version: 1, [random.pick(KEYS)]: tree(5), [random.pick(KEYS)]: tree(5) }));
}

const EXPRESSION = [
  ..."()[]{}!-+*/%<>=&|?:,.'\"\\ \n",
  ...["asker", "asker.id", "asker.guest", "target.labels", "target.labels.team", "now.hour", "seconds", "tier", "x"],
  ...[
    "&&",
    "||",
    "==",
    "!=",
    "<=",
    ">=",
    " in ",
    "has(",
    "size(",
    ".exists(x, ",
    ".all(x, ",
    ".map(x, ",
    ".filter(x, ",
  ],
  ...[
    ".matches('^(a+)+$')",
    ".startsWith(",
    ".contains(",
    "'jo'",
    '"low"',
    "1",
    "0",
    "1u",
    "1.5",
    "true",
    "null",
    "[1, 2]",
  ],
  ...[
    "9223372036854775808",
    "int(",
    "string(",
    "type(",
    "dyn(",
    "b'x'",
    "r'x'",
    "'''",
    "//",
    "__proto__",
    "constructor",
  ],
];

const CONDITIONS = [
  ...[
    "now.hour >= 8",
    "asker.guest",
    '"team" in target.labels',
    'target.labels.exists(k, k == "team")',
    "seconds < 3600",
  ],
  ...['asker.email.matches("^(a+)+$")', 'tier in ["low", "high"]', "has(target.labels.team)", 'asker.id == "jo"'],
  ...[
    "size(asker.email) > 3",
    'target.labels.team.startsWith("a")',
    "[1, 2].all(i, i > now.minute)",
    "1 / now.minute > 0",
  ],
];

/** Anything in the way of a condition: good ones in any combination, with or without a scrap in it, or scraps alone. */
export function anyExpression(random: Random): string {
  const scraps = () => Array.from({ length: random.below(24) }, () => random.pick(EXPRESSION)).join("");
  if (random.below(2) === 0) return scraps();
  const parts = Array.from({ length: random.below(5) + 1 }, () => {
    const part = random.pick(CONDITIONS);
    return random.below(3) === 0 ? `!(${part})` : part;
  });
  const text = parts.join(random.pick([" && ", " || ", " ? true : ", " == "]));
  const at = random.below(text.length);
  return random.below(2) === 0 ? text : text.slice(0, at) + random.pick(EXPRESSION) + text.slice(at + random.below(3));
}

const PATTERN = [
  ..."()[]{}|*+?.^$\\abz09-,",
  ...[
    "(?i)",
    "(?:",
    "(?P<n>",
    "(?=",
    "\\p{L}",
    "\\d",
    "\\w",
    "[^",
    "{2}",
    "{1000}",
    "{1,}",
    "(a+)+",
    "(a|a)*",
    "\\Q",
    "\\E",
  ],
];

/** Anything in the way of a pattern. */
export function anyPattern(random: Random): string {
  return Array.from({ length: random.below(30) }, () => random.pick(PATTERN)).join("");
}

const DURATION = [..."0123456789hmsHMS -+.,e\t", "min", "minutes", "banana", "\u0661", "1h", "30m", "Infinity", "0x10"];

/** Anything in the way of a duration. */
export function anyDuration(random: Random): string {
  return Array.from({ length: random.below(8) }, () => random.pick(DURATION)).join("");
}
