import { createHash } from "node:crypto";
import { type Fault, FileFaults, sayFault } from "../fault.ts";
import type { Events, PolicyInForce, PolicySource } from "../workflows/ports.ts";
import { type PolicyFiles, readPolicyFiles } from "./policy-files.ts";
import { understandPolicy } from "./read-policy.ts";

/** What is to be told of a policy that cannot be put in force, or of its being mended (no faults). */
export interface PolicyReport {
  /** The bad version's. */
  readonly hash: string;
  readonly faults: readonly Fault[];
  readonly inForce: PolicyInForce;
}

export interface WatchOptions {
  readonly path: string;
  readonly events: Events;
  /** Called once for each bad version and once when it is mended; again and again until it resolves. */
  readonly tell?: (report: PolicyReport) => Promise<void>;
  /** How often it is looked at; a change counts once it was seen twice. */
  readonly everyMs?: number;
}

/** The policy in force: the last good one. */
export interface WatchedPolicy extends PolicySource {
  close(): Promise<void>;
}

/**
 * A change is seen at one look and counts at the next, so this keeps it within the five seconds that docs/policy.md
 * promises, a policy of a megabyte included.
 */
const LOOK_MS = 1_500;

type Version =
  | { readonly hash: string; readonly files: PolicyFiles }
  | { readonly hash: string; readonly faults: readonly Fault[] };

/**
 * Reads a policy and looks again and again for changes of it: by what it reads and not by times and sizes, so it sees
 * whatever way the files came. Never throws: a broken policy stops granting, never ending.
 */
export async function watchPolicy(options: WatchOptions): Promise<WatchedPolicy> {
  const watch = new Watch(options);
  await watch.look();
  watch.start(options.everyMs ?? LOOK_MS);
  return watch;
}

class Watch implements WatchedPolicy {
  readonly #options: WatchOptions;
  #inForce: PolicyInForce | null = null;
  /** The version that was judged last, good or bad. */
  #judged: string | null = null;
  /** A version seen once: half of a file may well be a policy. */
  #seen: string | null = null;
  #bad: string | null = null;
  #owed: PolicyReport | null = null;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  current(): PolicyInForce | null {
    return this.#inForce;
  }

  start(everyMs: number): void {
    const again = () => {
      this.#looking = this.look().finally(() => {
        if (!this.#closed) this.#timer = setTimeout(again, everyMs);
      });
    };
    this.#timer = setTimeout(again, everyMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async look(): Promise<void> {
    try {
      const version = await readVersion(this.#options.path);
      if (version.hash === this.#judged) this.#seen = null;
      else if (version.hash === this.#seen || this.#judged === null) this.#judge(version);
      else this.#seen = version.hash;
      await this.#tellOwed();
    } catch (cause) {
      this.#options.events.failed("looking after the policy", {}, cause);
    }
  }

  #judge(version: Version): void {
    this.#judged = version.hash;
    this.#seen = null;
    const found = "faults" in version ? version.faults : this.#adopt(version.files);
    if (found.length > 0) this.#lament(version.hash, found);
    else this.#rejoice();
  }

  /** Returns what is wrong with it; where nothing is, it is in force from here on. */
  #adopt(files: PolicyFiles): readonly Fault[] {
    try {
      const { policy, hash, conditions } = understandPolicy(files);
      this.#inForce = { policy, hash, conditions };
      this.#options.events.happened("the policy was read", { hash });
      return [];
    } catch (fault) {
      if (fault instanceof FileFaults) return fault.faults;
      this.#options.events.failed("judging the policy", {}, fault);
      return [{ file: this.#options.path, line: 1, column: 1, message: "cannot be judged: the log says why" }];
    }
  }

  #lament(hash: string, faults: readonly Fault[]): void {
    const goesOn =
      this.#inForce === null ? "nothing is granted until it is mended" : "the last good one stays in force";
    for (const fault of faults) {
      this.#options.events.failed(`policy fault: ${goesOn}`, { place: sayFault(fault) }, new FileFaults([fault]));
    }
    this.#bad = hash;
    this.#owed = this.#inForce === null ? null : { hash, faults, inForce: this.#inForce };
  }

  #rejoice(): void {
    if (this.#bad === null || this.#inForce === null) return;
    this.#options.events.happened("the policy is mended", { hash: this.#inForce.hash });
    this.#owed = { hash: this.#bad, faults: [], inForce: this.#inForce };
    this.#bad = null;
  }

  async #tellOwed(): Promise<void> {
    const report = this.#owed;
    if (report === null || this.#options.tell === undefined) return;
    await this.#options.tell(report);
    if (this.#owed === report) this.#owed = null;
  }
}

async function readVersion(path: string): Promise<Version> {
  try {
    const files = await readPolicyFiles(path);
    return { hash: files.hash, files };
  } catch (fault) {
    if (!(fault instanceof FileFaults)) throw fault;
    return { hash: `unreadable:${createHash("sha256").update(fault.message).digest("hex")}`, faults: fault.faults };
  }
}
