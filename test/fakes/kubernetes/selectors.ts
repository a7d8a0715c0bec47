import type { Stored } from "./stored-object.ts";

/** Takes a label selector in the two forms that Daypass uses (`a=b`, `a in (b,c)`); returns whether an object has them. */
export function byLabels(selector: string | undefined): (object: Stored) => boolean {
  if (selector === undefined || selector === "") return () => true;
  const [, name = "", values = ""] = /^(\S+) in \((.*)\)$/.exec(selector) ?? /^([^=]+)=(.*)$/.exec(selector) ?? [];
  if (name === "") throw new Error(`this API server knows no such selector: ${selector}`);
  const wanted = new Set(values.split(","));
  return ({ metadata }) => wanted.has(metadata.labels?.[name] ?? "");
}

/** As `byLabels`, of the one field selector that every kind has. */
export function byName(selector: string | undefined): (object: Stored) => boolean {
  if (selector === undefined || selector === "") return () => true;
  const name = /^metadata\.name=(.+)$/.exec(selector)?.[1];
  if (name === undefined) throw new Error(`this API server knows no such selector: ${selector}`);
  return ({ metadata }) => metadata.name === name;
}
