import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** One file of the repository: its path from the root, and its text. */
export interface TrackedFile {
  readonly path: string;
  readonly text: string;
}

/** Returns every text file that is tracked or would be (new, not ignored), without fetched sums. */
export function readTrackedFiles(): readonly TrackedFile[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return list
    .split("\0")
    .filter((path) => path !== "" && !/(^|\/)go\.sum$/.test(path))
    .flatMap((path) => {
      const text = readIfThere(join(ROOT, path));
      return text === null || text.includes("\0") ? [] : { path, text };
    });
}

/** A file deleted in the working tree is still in git's list. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Takes files and a pattern; returns each place as `path:line: what matched`. */
export function placesOf(files: readonly TrackedFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, i) => {
      const found = pattern.exec(line);
      return found === null ? [] : `${path}:${i + 1}: ${found[0]}`;
    }),
  );
}
