import type { Wish } from "./heard.ts";

/** What the world knows of people and of the policies that they made, apart from what Daypass recorded. */
export interface People {
  /** Whether a rule for this place named somebody an approver, in any policy by which a bot went so lately. */
  mightDecide(person: string, place: Pick<Wish, "cluster" | "profile">, sinceMs: number): boolean;
  /**
   * Whether one of those by whose leave a pass is lent has left, or a worker went, so lately, by a policy that bars one of
   * them: `deciders` may not decide there any more, or nothing is offered there.
   */
  wereBarred(wish: Wish, deciders: readonly string[], sinceMs: number): boolean;
  /** Whether a worker could not read its policy so lately: it makes nothing. */
  hadNoPolicy(sinceMs: number): boolean;
  /** How long somebody has been switched off in Slack, in milliseconds; 0 where they are not. */
  inactiveMs(person: string): number;
  /** How many people must say yes to this profile. */
  quorum(profile: string): number;
  /** The role that this profile lends. */
  role(profile: string): string;
  /** The longest that the policy ever lent this profile, in seconds. */
  mostSeconds(profile: string): number;
}
