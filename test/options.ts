import { parseArgs } from "node:util";

/** From one whole number to another. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * Takes a program's name, its arguments and the options it has, each with a value; returns the values of those that were
 * given, or one sentence that says which argument is not known.
 */
export function readOptions<Name extends string>(
  program: string,
  args: readonly string[],
  names: readonly Name[],
): Partial<Record<Name, string>> | string {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" } as const]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const known = names.map((name) => `--${name}`);
  const values: Partial<Record<Name, string>> = {};
  for (const token of tokens) {
    const given = token.kind === "option" ? token.rawName : (args[token.index] ?? "");
    const name = names.find((one) => token.kind === "option" && one === token.name);
    if (token.kind !== "option" || name === undefined) {
      return `${program}: ${given} is not known; there are ${known.join(", ")}`;
    }
    if (token.value === undefined) return `${program}: ${given} says nothing; it is ${given}=…`;
    values[name] = token.value;
  }
  return values;
}

/** Takes text and bounds; returns it as a whole number, or null where it is none between them. */
export function wholeNumber(text: string, { least, most }: Bounds): number | null {
  if (!/^\d{1,15}$/.test(text)) return null;
  const number = Number(text);
  return number >= least && number <= most ? number : null;
}

/** Returns one sentence about a value that is no whole number between bounds. */
export function sayNoNumber(program: string, given: string, { least, most }: Bounds): string {
  return `${program}: ${given} is not known; it is a whole number from ${least} to ${most}`;
}
