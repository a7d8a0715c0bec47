import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockCache } from "./cache.ts";
import type { Child, Guardian } from "./guardian.ts";
import { type FoundPart, type PartName, partNames } from "./part-names.ts";
import { endOfLog } from "./readiness.ts";

const moduleFolder = join(import.meta.dirname, "kubernetes");

const packages: Record<PartName, string> = {
  etcd: "go.etcd.io/etcd/server/v3",
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
  kwok: "sigs.k8s.io/kwok/cmd/kwok",
};

const progressEveryMs = 10_000;

/** The version of Kubernetes that the workbench's go.mod pins, such as `v1.36.2`. */
export function kubernetesVersion(): string {
  return readFromModule(/^\tk8s\.io\/kubernetes (v\S+)/m);
}

/** The folder for the results of a build: another one for each version, platform, and content of go.mod and go.sum. */
export function partsCacheFolder(root: string): string {
  const hash = createHash("sha256").update(goArguments().join("\n"));
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleFolder, file)));
  const key = hash.digest("hex").slice(0, 12);
  return join(root, `kubernetes-${kubernetesVersion()}-${process.platform}-${process.arch}-${key}`);
}

export interface PartBuild {
  /** Builds one part into the cache. Throws an error that says which Go to install where there is none. */
  build(name: PartName): Promise<FoundPart>;
  /** Removes Go's own build cache of some gigabytes: for the end, when all parts are there. */
  removeBuildCache(): void;
  close(): void;
}

export interface PartBuildOptions {
  guardian: Guardian;
  print(line: string): void;
  /** The cache's root folder. */
  root: string;
}

/**
 * Prepares the building of missing parts: waits until no other run builds. A build that was killed leaves nothing half
 * done among the results, and the next one goes on from Go's build cache beside them.
 */
export async function openPartBuild({ guardian, print, root }: PartBuildOptions): Promise<PartBuild> {
  const folder = partsCacheFolder(root);
  const buildCache = join(root, "go-build");
  mkdirSync(folder, { recursive: true });
  const lock = await lockCache({ root, print });
  for (const file of readdirSync(folder)) if (file.startsWith(".")) rmSync(join(folder, file));

  return {
    build: async (name) => {
      checkGo();
      const startedAt = Date.now();
      const unfinished = join(folder, `.${name}`);
      const args = ["build", ...goArguments(), "-o", unfinished, packages[name]];
      const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOCACHE: buildCache };
      const child = guardian.spawn(`build-${name}`, "go", args, { cwd: moduleFolder, env });
      await reportUntilBuilt({ child, name, print });
      renameSync(unfinished, join(folder, name));
      return { path: join(folder, name), from: `built in ${Math.round((Date.now() - startedAt) / 1000)} s` };
    },
    removeBuildCache: () => rmSync(buildCache, { recursive: true, force: true }),
    close: () => lock.release(),
  };
}

interface RunningBuild {
  child: Child;
  name: PartName;
  print(line: string): void;
}

/** Minutes of silence would read as a hang. */
async function reportUntilBuilt({ child, name, print }: RunningBuild): Promise<void> {
  const startedAt = Date.now();
  const which = `${name}, ${partNames.indexOf(name) + 1} of ${partNames.length}`;
  print(`Building ${which}, with Go; all of them take about 6 minutes on two cores, once`);
  const report = () => print(`Building ${which}: ${Math.round((Date.now() - startedAt) / 1000)} s so far`);
  const progress = setInterval(report, progressEveryMs);
  const { code } = await child.exited.finally(() => clearInterval(progress));
  if (code !== 0) throw new Error(`${name} could not be built${endOfLog(child)}`);
}

function goArguments(): string[] {
  const version = `-X k8s.io/component-base/version.gitVersion=${kubernetesVersion()}`;
  return ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${version}`];
}

/** Throws a sentence that says which Go to install, unless one is there that builds this module. */
function checkGo(): void {
  const needed = readFromModule(/^go (\S+)/m);
  const found = readGoVersion();
  if (found !== undefined && found.localeCompare(needed, "en", { numeric: true }) >= 0) return;
  throw new Error(
    `The Kubernetes parts are not in the cache and cannot be built, since ${found ? `Go is ${found}` : "there is no Go"} ` +
      `here: install Go ${needed} or later (https://go.dev/dl), or name a folder that holds them in KUBEBUILDER_ASSETS.`,
  );
}

/** The version of Go, such as `1.26.8`; from 1.21 on Go fetches the one that go.mod asks for, unless it is told not to. */
function readGoVersion(): string | undefined {
  const { stdout } = spawnSync("go", ["env", "GOVERSION"], { cwd: moduleFolder, encoding: "utf8" });
  return /^go(\d\S*)/.exec(stdout ?? "")?.[1];
}

function readFromModule(pattern: RegExp): string {
  const [, value] = pattern.exec(readFileSync(join(moduleFolder, "go.mod"), "utf8")) ?? [];
  if (value === undefined) throw new Error(`The workbench's go.mod has no line like ${pattern}`);
  return value;
}
