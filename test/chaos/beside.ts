/** What another person was lent in the same case: kept apart from the pass that the case is about, and judged for its end. */
import type { Grant } from "../../src/workflows/grant.ts";
import { northwind } from "../workbench/northwind.ts";
import type { Message } from "../workbench/slack/timelines.ts";
import type { Lane } from "./lane.ts";
import type { Observed } from "./observe.ts";
import type { Played } from "./people.ts";

/** Takes a lane and what was played; returns the grants that were made beside, as the record says. */
export async function grantsBeside({ store }: Lane, { beside }: Played): Promise<readonly Grant[]> {
  const requests = await Promise.all(beside.map(({ request }) => store.request(request ?? "")));
  const ids = requests.flatMap((one) => (one?.state === "approved" ? one.grants : []));
  const grants = await Promise.all(ids.map((id) => store.grant(id)));
  return grants.filter((one) => one !== null);
}

/** Takes messages; returns those about the case's own pass: what Ana reads, what counts for Noor, and her cards are left out. */
export async function withoutBeside(
  { slack }: Lane,
  { beside }: Played,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  if (beside.length === 0) return messages;
  const others = await Promise.all([northwind.ana, northwind.noor].map((id) => slack.as(id).dm()));
  const isTheirs = ({ blocks, before }: Message) => {
    const said = JSON.stringify([blocks, before]);
    return beside.some(({ tag }) => said.includes(`${tag} in a drill`));
  };
  const cards = new Set(messages.filter(isTheirs).map(({ ts }) => ts));
  return messages.filter(
    ({ channel, ts, threadTs }) => !others.includes(channel) && !cards.has(ts) && !cards.has(threadTs ?? ""),
  );
}

/** One press ends them all: each must be ended by it, and what was being made must never have become active. */
export function judgeBeside({ played, beside }: Observed): string[] {
  if (played.beside.length === 0) return [];
  const words = (grant: Grant) =>
    grant.state === "ending" || grant.state === "ended" ? grant.ending.why : grant.state;
  const missed = beside.filter((grant) => words(grant) !== "revoked");
  const activeAt = (grant: Grant) => ("activeAt" in grant ? grant.activeAt : null) ?? 0;
  const late = beside.filter((grant) => activeAt(grant) > (played.endAnsweredAt ?? Number.POSITIVE_INFINITY));
  return [
    ...(beside.length < played.beside.length
      ? [`${played.beside.length} passes beside, ${beside.length} on record`]
      : []),
    ...missed.map((grant) => `one press ended all, and of ${grant.id} the record says ${words(grant)}`),
    ...late.map(({ id }) => `${id} became active after all had been told to end`),
  ];
}
