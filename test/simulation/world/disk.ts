/**
 * The ledger's disk: files in memory under one folder, by way of Node's own module, so that src/jobs/ledger-folder.ts
 * writes as it is. A process that dies in the midst of writing leaves half a line.
 */
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { Gate } from "../../fakes/gate.ts";
import { currentMachine, type Machine } from "../core/machine.ts";

/** Every path below it is on the simulated disk. */
export const DISK = "/simulated-disk";

export interface Disk {
  readonly files: ReadonlyMap<string, string>;
  /** A process died: what it was just writing is there by half. */
  writerDied(machine: Machine): void;
}

interface MountedDisk extends Disk {
  readonly files: Map<string, string>;
  readonly writtenAt: Map<string, number>;
  readonly writing: Map<Machine, { readonly path: string; readonly text: string }>;
  /** What a call passes that the running process makes. */
  readonly gate: () => Gate;
}

let mounted: MountedDisk | null = null;

/** Takes what calls pass; puts an empty disk in place of the one before. Replaces Node's own at the first call. */
export function mountDisk(gate: () => Gate): Disk {
  if (mounted === null) replace();
  const files = new Map<string, string>();
  const writing: MountedDisk["writing"] = new Map();
  mounted = {
    ...{ files, writing, gate, writtenAt: new Map() },
    writerDied: (machine) => {
      const write = writing.get(machine);
      writing.delete(machine);
      if (write !== undefined) files.set(write.path, need(write.path) + write.text.slice(0, write.text.length >> 1));
    },
  };
  return mounted;
}

function disk(): MountedDisk {
  if (mounted === null) throw new Error("no disk is mounted");
  return mounted;
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

function touch<T>(what: string, effect: () => T): Promise<T> {
  return disk().gate()({ to: "disk", what, broken: () => fault("EIO", what) }, effect);
}

function need(path: string): string {
  const text = disk().files.get(path);
  if (text === undefined) throw fault("ENOENT", path);
  return text;
}

function write(path: string, text: string): void {
  disk().files.set(path, text);
  disk().writtenAt.set(path, Date.now());
}

function statOf(path: string): { size: number; mtimeMs: number } {
  return { size: Buffer.byteLength(need(path)), mtimeMs: disk().writtenAt.get(path) ?? 0 };
}

function openHandle(path: string, flags: string) {
  const { files } = disk();
  const isFolder = !path.endsWith(".jsonl");
  if (flags.includes("x") && files.has(path)) throw fault("EEXIST", path);
  if (/[aw]/.test(flags) && !files.has(path)) write(path, "");
  return {
    stat: () => touch(`stat ${path}`, () => statOf(path)),
    appendFile: async (bytes: Buffer) => {
      const [text, machine] = [bytes.toString(), currentMachine()];
      if (machine !== undefined) disk().writing.set(machine, { path, text });
      const written = touch(`append ${text.length} bytes to ${path}`, () => {
        if (machine !== undefined) disk().writing.delete(machine);
        write(path, need(path) + text);
      });
      // Never so where its process has died meanwhile.
      await written.finally(() => machine !== undefined && disk().writing.delete(machine));
    },
    sync: async () => {
      if (!isFolder) await touch(`sync ${path}`, () => undefined);
    },
    close: async () => undefined,
  };
}

const ours = {
  mkdir: async () => undefined,
  open: (path: string, flags: string) => touch(`open ${path}`, () => openHandle(path, flags)),
  readFile: (path: string, encoding?: string) =>
    touch(`read ${path}`, () => (encoding === undefined ? Buffer.from(need(path)) : need(path))),
  readdir: (path: string) =>
    touch(`list ${path}`, () => [...disk().files.keys()].map((file) => file.slice(path.length + 1))),
  stat: (path: string) => touch(`stat ${path}`, () => statOf(path)),
  unlink: (path: string) =>
    touch(`unlink ${path}`, () => {
      need(path);
      disk().files.delete(path);
    }),
  truncate: (path: string, size: number) =>
    touch(`truncate ${path}`, () => {
      disk().files.set(path, Buffer.from(need(path)).subarray(0, size).toString());
    }),
};

function replace(): void {
  const real: Record<string, unknown> = fs as object as Record<string, unknown>;
  for (const [name, our] of Object.entries(ours) as [string, (...given: never[]) => unknown][]) {
    const before = real[name] as (...given: unknown[]) => unknown;
    real[name] = (...given: unknown[]) =>
      String(given[0]).startsWith(DISK) ? our(...(given as never[])) : before(...given);
  }
  syncBuiltinESMExports();
}
