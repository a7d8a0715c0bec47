import { join } from "node:path";
import { cacheRoot, isProgram } from "./cache.ts";
import type { Guardian } from "./guardian.ts";
import { openPartBuild, type PartBuild, partsCacheFolder } from "./part-build.ts";
import { type FoundPart, type PartName, partNames } from "./part-names.ts";

/** Where each part's program lies. */
export type Parts = Record<PartName, string>;

export interface LookUp {
  env: NodeJS.ProcessEnv;
  /** The folder that holds what was built earlier from the same go.mod. */
  cacheFolder: string;
  isProgram(path: string): boolean;
}

/**
 * Looks for one part: the file that `TEST_ASSET_<NAME>` names, then the folder that `KUBEBUILDER_ASSETS` names, then
 * the cache. Throws when `TEST_ASSET_<NAME>` names something that is no program, since it was meant to be used.
 */
export function lookUpPart(name: PartName, { env, cacheFolder, isProgram }: LookUp): FoundPart | undefined {
  const variable = `TEST_ASSET_${name.replaceAll("-", "_").toUpperCase()}`;
  const named = env[variable];
  if (named) {
    if (!isProgram(named)) throw new Error(`${variable} names ${named}, which is no program`);
    return { path: named, from: variable };
  }
  const assets = env.KUBEBUILDER_ASSETS;
  if (assets && isProgram(join(assets, name))) return { path: join(assets, name), from: "KUBEBUILDER_ASSETS" };
  if (isProgram(join(cacheFolder, name))) return { path: join(cacheFolder, name), from: "cache" };
  return undefined;
}

export interface FindPartsOptions {
  guardian: Guardian;
  print(line: string): void;
}

/**
 * Finds every part, and builds what is nowhere to be found. Prints one line for each part, and progress while it
 * builds. Throws an error that says what to install where a part can be neither found nor built.
 */
export async function findParts({ guardian, print }: FindPartsOptions): Promise<Parts> {
  const root = cacheRoot();
  const lookUp: LookUp = { env: process.env, cacheFolder: partsCacheFolder(root), isProgram };
  let build: PartBuild | undefined;
  try {
    const paths: [PartName, string][] = [];
    for (const name of partNames) {
      let part = lookUpPart(name, lookUp);
      if (!part) {
        build ??= await openPartBuild({ guardian, print, root });
        // Another run may have built it while this one waited for its turn.
        part = lookUpPart(name, lookUp) ?? (await build.build(name));
      }
      print(`${name.padEnd(24)} ${part.from}: ${part.path}`);
      paths.push([name, part.path]);
    }
    build?.removeBuildCache();
    return Object.fromEntries(paths) as Parts;
  } finally {
    build?.close();
  }
}
