/** One call of a process to a part of the world, before it has any effect. */
export interface Call {
  /** The part that is called: `redis`, or a cluster's id. */
  readonly to: string;
  /** What is asked of it, for the trace: `POST rolebindings payments/g-abc-1780322400`, `commitDaypass`. */
  readonly what: string;
  /** Its caller gives it up by itself where no answer comes. */
  readonly hasDeadline?: true;
  /** Makes the error by which this part's own client tells that the line broke. */
  broken(): Error;
  /** Makes the error by which it tells that this part wants to be left alone; absent where the part never says so. */
  throttled?(): Error;
}

/**
 * What every effect of a process passes through. It may let time go by before the effect and before the answer, do the
 * effect and lose the answer (throwing `broken()`), refuse without the effect, or never answer: the process is dead.
 */
export type Gate = <T>(call: Call, effect: () => T | Promise<T>) => Promise<T>;

/** Lets everything through at once. */
export const openGate: Gate = async (_, effect) => effect();
