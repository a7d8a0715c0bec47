import { Policy } from "./workflows/policy.ts";
import type { Events, PolicySource } from "./workflows/ports.ts";
import { FileFaults, readYamlFile } from "./yaml-file.ts";

/**
 * Reads the policy once. Takes its path; returns the source: one that has no policy when the file has faults, which
 * are logged one by one. A broken policy stops granting, never ending.
 */
export function readPolicy(path: string, events: Events): PolicySource {
  try {
    const { value, hash } = readYamlFile(path, Policy);
    return { current: () => ({ policy: value, hash: `sha256:${hash}` }) };
  } catch (fault) {
    if (!(fault instanceof FileFaults)) throw fault;
    for (const place of fault.faults)
      events.failed("policy fault: nothing is granted until it is mended", { place }, fault);
    return { current: () => null };
  }
}
