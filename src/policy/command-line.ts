import { parseArgs } from "node:util";
import type { Millis } from "../workflows/person.ts";
import { parseMoment } from "./assumed-words.ts";

/** Where a command writes. */
export interface Terminal {
  say(text: string): void;
  complain(text: string): void;
}

/** It was called wrongly; the message says how. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** Takes a command's arguments and its options; returns them apart. Throws Misuse for what it does not know. */
export function readArguments<const O extends Options>(args: readonly string[], options: O) {
  const read = parse(args, options);
  const given = read.tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
  const twice = given.find((name, i) => given.indexOf(name) < i && options[name]?.multiple !== true);
  if (twice !== undefined) throw new Misuse(`--${twice} is given twice: give it once`);
  return read;
}

function parse<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true });
  } catch (cause) {
    throw new Misuse(cause instanceof Error ? (cause.message.split(". ")[0] ?? "") : "cannot be read");
  }
}

/** Takes what stands without an option, and what each is; returns them. Throws Misuse where they are more or fewer. */
export function positional<const Names extends readonly string[]>(
  given: readonly string[],
  names: Names,
): { readonly [K in keyof Names]: string } {
  const missing = names[given.length];
  if (missing !== undefined) throw new Misuse(`${missing} is missing`);
  if (given.length > names.length) throw new Misuse(`no such argument: ${given[names.length]}`);
  return given as unknown as { readonly [K in keyof Names]: string };
}

/** Takes an option's name, its value and what it may be; returns it, the first where it was not given. Throws Misuse. */
export function oneOf<const Known extends readonly [string, ...string[]]>(
  option: string,
  value: string | undefined,
  known: Known,
): Known[number] {
  const found = known.find((one) => one === (value ?? known[0]));
  if (found === undefined) throw new Misuse(`--${option} is one of ${known.join(", ")}`);
  return found;
}

/** Takes a moment as written, and the one that counts without it; returns it. Throws Misuse. */
export function momentOr(text: string | undefined, otherwise: Millis): Millis {
  const at = text === undefined ? otherwise : parseMoment(text);
  if (at === null) throw new Misuse(`no moment: ${text} (write 2027-01-31 or 2027-01-31T13:00Z)`);
  return at;
}
