import { type Ask, ask, type Verdict } from "../../src/workflows/access.ts";
import type { PendingRequest } from "../../src/workflows/request.ts";
import type { FakeDesk } from "./fake-desk.ts";
import { sampleRecord } from "./samples.ts";

export const MIA = sampleRecord("mia");

/** Mia's filled form: two hours of logs in payments. */
export const SAMPLE_ASK: Ask = {
  ...{ cluster: "prod", namespaces: ["payments"], profile: "logs", duration: "2h" },
  ...{ by: MIA, seed: "view V1", extends: null, reason: "Restart loop in api since the deploy" },
  ...{ ticket: null, startsAt: null, breakGlass: false },
};

/** Takes a desk and what differs from mia's form; returns the request it made. Throws where it was refused. */
export async function askFor(desk: FakeDesk, changes: Partial<Ask> = {}): Promise<PendingRequest> {
  const request = await ask(desk, { ...SAMPLE_ASK, ...changes });
  if (!("state" in request) || request.state !== "pending") throw new Error(JSON.stringify(request));
  return request;
}

/** What differs from a bare click; `stepped`: given in the form, which said whatever is to be said. */
type Changes = Partial<Verdict> & { readonly stepped?: boolean };

/** Takes a request and what differs; returns ada's click on Approve. */
export function clickOn({ id, fingerprint }: PendingRequest, { stepped = false, ...changes }: Changes = {}): Verdict {
  return {
    ...{ by: sampleRecord("ada"), asker: MIA, request: id, fingerprint, verdict: "approve", why: null },
    ...{ less: null, said: () => stepped, ...changes },
  };
}
