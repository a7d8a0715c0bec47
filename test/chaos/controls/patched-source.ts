import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One change of a source file: what stands there exactly once, and what stands there instead. */
export interface Patch {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const root = join(import.meta.dirname, "../../..");

/**
 * Takes a folder that does not exist yet and patches; makes a copy of src there with them applied. Returns the copy's
 * src/cli.ts. Throws where a patch does not fit any more: a control that changes nothing would show nothing.
 */
export function patchSource(folder: string, patches: readonly Patch[]): string {
  const patched = applyTo(root, patches);
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [file, text] of patched) writeFileSync(join(folder, file), text);
  return join(folder, "src/cli.ts");
}

/** Takes patches that are applied together, by name; returns one sentence about the first that does not fit, or null. */
export function whyUnfit(all: readonly { readonly name: string; readonly patches: readonly Patch[] }[]): string | null {
  for (const { name, patches } of all) {
    try {
      applyTo(root, patches);
    } catch (cause) {
      return `“${name}” cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`;
    }
  }
  return null;
}

/** Each on what those before it made. Returns the files' new texts. */
function applyTo(folder: string, patches: readonly Patch[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { file, from, to } of patches) {
    const pieces = (texts.get(file) ?? readFileSync(join(folder, file), "utf8")).split(from);
    if (pieces.length !== 2) {
      throw new Error(`what its patch looks for stands ${pieces.length - 1} times in ${file}, not once: ${from}`);
    }
    texts.set(file, pieces.join(to));
  }
  return texts;
}
