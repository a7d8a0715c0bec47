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
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const { file, from, to } of patches) {
    const path = join(folder, file);
    const pieces = readFileSync(path, "utf8").split(from);
    if (pieces.length !== 2) throw new Error(`the control's patch fits ${pieces.length - 1} times in ${file}: ${from}`);
    writeFileSync(path, pieces.join(to));
  }
  return join(folder, "src/cli.ts");
}
