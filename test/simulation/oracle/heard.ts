/** What people did and were answered: the oracle's own knowledge, whatever Daypass wrote down of it. */

/** A record as it was when somebody was answered. */
export interface Answered {
  readonly kind: "request" | "grant";
  readonly id: string;
  readonly version: number;
}

/** What somebody filled into the form. */
export interface Wish {
  readonly asker: string;
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
  /** For how long. */
  readonly seconds: number;
  /** From when on; null: at once. */
  readonly startsAt: number | null;
}

/** What an approver chose: less than was asked for, or all of it where null. */
export interface Choice {
  readonly by: string;
  readonly less: { readonly durationSeconds: number; readonly namespaces: readonly string[] } | null;
}

/** A credential that somebody has before them. */
export interface Credential {
  readonly grant: string;
  readonly n: number;
  readonly who: string;
  readonly kubeconfig: string;
}

/** What the oracle must be told by people. */
export interface Heard {
  /** Somebody was told that this is done: their approval counts, or this access is being ended. */
  done(answered: Answered): void;
  /** Somebody was answered that this request has what they wished for in it. */
  asked(request: string, wish: Wish): void;
  /** Somebody clicks Approve. */
  chose(request: string, choice: Choice): void;
  /** Somebody clicks to end this access. */
  clickedEnd(grant: string, who: string): void;
  /** What was approved and is not being ended, as far as anybody has written down. */
  lent(): readonly string[];
  /** They were answered that it is being ended. */
  ended(grant: string): void;
  /** Somebody has a credential before them, whether or not that was written down. */
  shown(credential: Pick<Credential, "grant" | "n">): void;
  /** It was written down, too. */
  received(credential: Credential): void;
  /** Somebody is switched off in Slack. */
  left(): void;
  /** Somebody clicked for a credential at that time, and was told no. */
  gotNone(grant: string, who: string, clickedAt: number): void;
}

/** What was heard so far. */
export interface Memory {
  /** When somebody was answered that a grant is being ended, by grant. */
  readonly endedAt: Map<string, number>;
  /** Who wanted to end a grant, answered or not, by grant. */
  readonly endings: Map<string, ReadonlySet<string>>;
  /** What was asked for, by request. */
  readonly wishes: ReadonlyMap<string, Wish>;
  /** By request. */
  readonly choices: Map<string, Choice[]>;
  /** By `grant n`. */
  readonly shown: Set<string>;
  readonly received: Set<string>;
}

/** Returns the memory of somebody who has heard of nothing. */
export function openMemory(): Memory & { readonly wishes: Map<string, Wish> } {
  return {
    ...{ endedAt: new Map(), endings: new Map(), wishes: new Map(), choices: new Map() },
    ...{ shown: new Set(), received: new Set() },
  };
}
