import type { Grant } from "../../workflows/grant.ts";
import type { History } from "../../workflows/history.ts";
import type { Millis, PersonRecord } from "../../workflows/person.ts";
import type { Request } from "../../workflows/request.ts";
import type { Names } from "../messages.ts";

/** What is remembered of who asks. */
export interface AskerRecord {
  readonly outcomes: History["outcomes"];
  /** Passes being made or in use. */
  readonly holds: number;
}

/** All that a card is made of, as the store has it now. */
export interface CardFacts {
  readonly names: Names;
  readonly request: Request;
  /** The request's grants; none before an approval. */
  readonly grants: readonly Grant[];
  /** The grant that this would succeed; null for a first one, and where it is no longer on record. */
  readonly former: Grant | null;
  readonly asker: PersonRecord | null;
  /** Null where it is of no use to anybody any more. */
  readonly record: AskerRecord | null;
  readonly now: Millis;
}
