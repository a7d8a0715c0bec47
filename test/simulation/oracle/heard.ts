/** What the oracle must know of what people were answered. */
export interface Heard {
  /** Somebody was told that their approval counts. */
  approved(request: string, grants: readonly string[]): void;
  /** Somebody was told that this access is being ended. */
  revoked(grant: string): void;
  /** Somebody has this delivery's credential before them. */
  received(grant: string, n: number): void;
}
