import { createHash } from "node:crypto";
import { type Fault, FileFaults, sayFault } from "../fault.ts";
import type { Events, PolicyInForce, PolicySource } from "../workflows/ports.ts";
import { compileInTurns } from "./conditions.ts";
import { type PolicyFiles, readPolicyFiles } from "./policy-files.ts";
import { MOST_TOLD, type Reading, type ReadingThread, readApart } from "./read-apart.ts";

/** What is to be told of a policy that cannot be put in force, or of its being mended (no faults). */
export interface PolicyReport {
  /** The bad version's, with a word before it where it was not bad but could not be read in time. */
  readonly hash: string;
  /** The first twenty, and one that says how many more there are. */
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
  /** How it is read, where not as usual. */
  readonly reading?: ReadingThread;
}

/** The policy in force: the last good one. */
export interface WatchedPolicy extends PolicySource {
  /** Resolves when it was looked at once, whatever came of it: in time even where reading never ends. */
  readonly first: Promise<void>;
  close(): Promise<void>;
}

/**
 * A change is seen at one look and is read at the next, which leaves three of the five seconds that docs/policy.md
 * promises for reading: the largest policy takes one or two.
 */
const LOOK_MS = 1_000;
/** Longer than reading may take in all; a mount that does not answer can take for ever. */
const FIRST_MS = 15_000;
/** About a minute: what could not be read may be good, and the machine was busy; each try takes a processor meanwhile. */
const LOOKS_UNTIL_AGAIN = 60;

type Version =
  | { readonly hash: string; readonly files: PolicyFiles }
  | { readonly hash: string; readonly reading: Reading };

/**
 * Reads a policy and looks again and again for changes of it: by what it reads and not by times and sizes, so it sees
 * whatever way the files came. Never throws and holds nobody up: a broken policy stops granting, never ending.
 */
export function watchPolicy(options: WatchOptions): WatchedPolicy {
  return new Watch(options);
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
  /** Looks until a version that could not be read is tried again; 0: it is not. */
  #looksLeft = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void>;
  readonly #closing = new AbortController();
  readonly first: Promise<void>;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#looking = this.#lookAndGoOn();
    this.first = within(this.#looking, FIRST_MS);
  }

  current(): PolicyInForce | null {
    return this.#inForce;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #lookAndGoOn(): Promise<void> {
    await this.#look();
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#lookAndGoOn();
    }, this.#options.everyMs ?? LOOK_MS);
  }

  async #look(): Promise<void> {
    try {
      const version = await readVersion(this.#options.path);
      if (this.#isToJudge(version)) await this.#judge(version);
      await this.#tellOwed();
    } catch (cause) {
      this.#options.events.failed("looking after the policy", {}, cause);
    }
  }

  #isToJudge({ hash }: Version): boolean {
    if (hash === this.#judged) {
      this.#seen = null;
      if (this.#looksLeft === 0) return false;
      this.#looksLeft -= 1;
      return this.#looksLeft === 0;
    }
    if (hash === this.#seen || this.#judged === null) return true;
    this.#seen = hash;
    return false;
  }

  async #judge(version: Version): Promise<void> {
    const { hash } = version;
    this.#seen = null;
    const reading = "reading" in version ? version.reading : await this.#read(version.files);
    if (reading === null) return;
    if (reading.kind === "good") await this.#adopt(hash, reading);
    else if (reading.kind === "bad") this.#lament(hash, reading.faults);
    else this.#lamentUnread(hash, reading);
    this.#judged = hash;
    this.#looksLeft = reading.kind === "unread" ? LOOKS_UNTIL_AGAIN : 0;
  }

  #read(files: PolicyFiles): Promise<Reading | null> {
    return readApart(files, this.#closing.signal, this.#options.reading);
  }

  async #adopt(hash: string, { policy, checked }: Extract<Reading, { kind: "good" }>): Promise<void> {
    const conditions = await compileInTurns(checked, policy);
    this.#inForce = { policy, hash, conditions };
    this.#options.events.happened("the policy was read", { hash });
    this.#rejoice();
  }

  #lamentUnread(hash: string, { message, cause }: Extract<Reading, { kind: "unread" }>): void {
    if (cause !== null) this.#options.events.failed("judging the policy", {}, cause);
    this.#lament(`unread:${hash}`, [{ file: this.#options.path, line: 1, column: 1, message }]);
  }

  /** Once for each version, however often it is tried. */
  #lament(hash: string, faults: readonly Fault[]): void {
    if (hash === this.#bad) return;
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

/** Takes work that never rejects and how long it may take; resolves when it is done, or when that is over. */
function within(work: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function readVersion(path: string): Promise<Version> {
  try {
    const files = await readPolicyFiles(path);
    return { hash: files.hash, files };
  } catch (fault) {
    if (!(fault instanceof FileFaults)) throw fault;
    const hash = `unreadable:${createHash("sha256").update(fault.message).digest("hex")}`;
    return { hash, reading: { kind: "bad", faults: fault.first(MOST_TOLD) } };
  }
}
