import type { Run } from "../core/run-state.ts";
import type { Span } from "../core/span.ts";
import type { Heard } from "../oracle/heard.ts";
import type { Town } from "../world/town.ts";
import type { Clicking } from "./clicking.ts";
import type { Hands } from "./hands.ts";

/** What a story is told with. */
export interface StoryParts {
  readonly run: Run;
  readonly town: Town;
  readonly clicking: Clicking;
  readonly heard: Heard;
  readonly hands: Hands;
  /** The clusters that there are. */
  readonly clusters: readonly string[];
  /** How long passes live. */
  readonly span: Span;
}
