/** A call as it came in; `status` is what was answered, null while or where nothing was. */
export interface SeenCall {
  readonly at: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The whole header: as whom. */
  readonly authorization: string;
  status: number | null;
}

/** What can happen to a call. */
export type How =
  /** Not answered, and not passed on, until it is lifted; streams that fit stand still. */
  | { readonly kind: "hang" }
  /** Answered at once, and not passed on. `retryAfter` in seconds. */
  | { readonly kind: "answer"; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: "slow"; readonly ms: number }
  /** Passed on; the connection is reset after so many bytes of the answer's body. */
  | { readonly kind: "reset"; readonly afterBytes: number }
  /** Passed on; the connection breaks before anything is answered, after the effect. */
  | { readonly kind: "loseAnswer" };

/** A fault and the calls that meet it: all of them, unless it says which. */
export interface Fault {
  readonly how: How;
  readonly method?: string;
  readonly path?: RegExp;
  /** Only the n-th call that fits, from 1. */
  readonly nth?: number;
}

export interface PlayedFault {
  readonly fault: Fault;
  /** The calls that met it, in order. */
  readonly met: readonly SeenCall[];
  readonly lifted: Promise<void>;
  lift(): void;
}

/** Returns a list of faults with none on it. */
export function createFaultList() {
  let list: (PlayedFault & { readonly met: SeenCall[]; fitted: number })[] = [];
  return {
    play(fault: Fault): PlayedFault {
      const { promise: lifted, resolve } = Promise.withResolvers<void>();
      const lift = () => {
        list = list.filter((other) => other !== played);
        resolve();
      };
      const played = { fault, met: [] as SeenCall[], fitted: 0, lifted, lift };
      list = [played, ...list];
      return played;
    },
    /** Takes a call that came in; returns what it meets. */
    meet(call: SeenCall): PlayedFault | undefined {
      const played = list.find((one) => fits(one.fault, call) && isTurn(one));
      played?.met.push(call);
      return played;
    },
    /** Resolves when nothing makes this call's stream stand still. */
    async hanging(call: SeenCall): Promise<void> {
      const stands = () => list.find(({ fault }) => fault.how.kind === "hang" && !fault.nth && fits(fault, call));
      for (let played = stands(); played !== undefined; played = stands()) await played.lifted;
    },
    liftAll(): void {
      for (const played of list) played.lift();
    },
  };
}

function isTurn(played: { readonly fault: Fault; fitted: number }): boolean {
  played.fitted += 1;
  return played.fault.nth === undefined || played.fault.nth === played.fitted;
}

function fits({ method, path }: Fault, call: SeenCall): boolean {
  return (method === undefined || method === call.method) && (path === undefined || path.test(call.path));
}
