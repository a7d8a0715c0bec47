import type { AskerMoment } from "../../src/workflows/asker-moment.ts";
import type { ActiveGrant } from "../../src/workflows/grant.ts";
import type { PersonId } from "../../src/workflows/person.ts";
import type { ApprovedRequest } from "../../src/workflows/request.ts";
import { SAMPLE_TARGET, sampleRequest } from "../fakes/samples.ts";
import { channels } from "../workbench/northwind.ts";
import type { BotStage } from "./bot-stage.ts";

const REASON = "Reading logs to find the restart loop";

/** A pass that is there already when a story begins. */
export interface Lending {
  readonly grantee?: PersonId;
  /** Ten letters. */
  readonly id?: string;
  readonly leftMs?: number;
  /** What the grantee is told of it. */
  readonly moments?: readonly AskerMoment[];
}

/** Takes a stage and what differs; puts two hours of logs in payments there, approved by Ana and active. Returns the grant. */
export async function lend(stage: BotStage, lending: Lending = {}): Promise<ActiveGrant> {
  const { grantee = "lena", id = "abcdefghij", leftMs = 7_200_000, moments = ["ready"] } = lending;
  const end = Math.floor((Date.now() + leftMs) / 1000) * 1000;
  const at = end - 7_200_000;
  const grant: ActiveGrant = {
    ...{
      ...SAMPLE_TARGET,
      id: `${id}a`,
      version: 1,
      request: id,
      grantee,
      decidedAt: at,
      startsAt: null,
      end,
      extends: null,
    },
    decidedBy: { kind: "approval", people: ["ana"] },
    ...{ state: "active", activeAt: at + 1_000, timerArmed: true, warned: true, deliveries: [] },
  };
  const request: ApprovedRequest = {
    ...sampleRequest({ id, asker: grantee, reason: REASON, askedAt: at, lapsesAt: at + 3_600_000 }),
    ...{ channel: channels.approvers, policyHash: "sha256:policy", state: "approved", end, grants: [grant.id] },
    decision: { people: ["ana"], at, policyHash: "sha256:policy", rules: ["acme-and-ana"] },
    ...{ lent: { durationSeconds: 7_200, namespaces: SAMPLE_TARGET.namespaces, startsAt: null }, review: null },
  };
  await stage.clusters.make(grant);
  await stage.store.commit({
    writes: [
      { kind: "request", expected: null, next: request },
      { kind: "grant", expected: null, next: grant },
    ],
    tellings: moments.map((moment) => ({
      ...{ key: `${moment}-${grant.id}`, lane: `person:${grantee}` },
      tell: { kind: "asker", request: id, grant: grant.id, moment },
    })),
    rows: [],
  });
  return grant;
}
