import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const CONFIGS = [
  ".dependency-cruiser.cjs",
  ".gitignore",
  "biome.json",
  "package.json",
  "tsconfig.json",
  "tsconfig.core.json",
];

/** A folder that looks like this repository to the guards: its configs and packages, and sources of the test's own. */
export interface Overlay {
  /** Runs one of the installed tools there; returns what it printed on stdout and its exit code. */
  run(tool: string, ...args: readonly string[]): { readonly output: string; readonly code: number | null };
  remove(): void;
}

/** Takes sources by path; returns the folder that holds them. */
export function createOverlay(sources: Readonly<Record<string, string>>): Overlay {
  const folder = mkdtempSync(join(tmpdir(), "daypass-guards-"));
  for (const config of CONFIGS) copyFileSync(join(ROOT, config), join(folder, config));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    run: (tool, ...args) => {
      const { stdout, status } = spawnSync(join(ROOT, "node_modules/.bin", tool), args, {
        cwd: folder,
        encoding: "utf8",
        // The tools start with `env node`: it must be the Node that runs this, not an older one of the system.
        env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}` },
      });
      return { output: stdout, code: status };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
