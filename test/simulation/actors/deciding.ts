import { decide, withdraw } from "../../../src/workflows/access.ts";
import type { Less, Request } from "../../../src/workflows/request.ts";
import type { Heard } from "../oracle/heard.ts";
import type { StoryParts } from "./story-parts.ts";

/** Nobody looks at it: it lapses after an hour, which comes where all machines sleep for one. */
const NOBODY = 9;

/** Who decides how: the dull choice is one approver who says yes. Null where nobody approved it. */
export async function decideOn(parts: StoryParts, request: Request): Promise<Request | null> {
  const { run, town, clicking, heard } = parts;
  const vote = async (who: string, verdict: "approve" | "deny") => {
    const said = await clicking.click(who, verdict === "approve" ? "clicks Approve" : "clicks Deny", ({ desk }) => {
      const less = run.tape.choose(80, 1) === 1 ? lessThan(request) : null;
      if (verdict === "approve") heard.chose(request.id, { by: who, less });
      return decide(desk, {
        ...{ by: town.record(who), asker: town.record(request.asker), request: request.id, verdict, why: null },
        ...{ fingerprint: request.fingerprint, less, said: () => false },
      });
    });
    // At once: others may go on trying, and Redis forget what was said, before all who were asked have their answer.
    if (isApproved(said)) hearApproved(heard, said);
    return said;
  };
  const way = run.tape.choose(480, 9);
  if (way === NOBODY) return null;
  await clicking.wait(way === 8 ? 40_000 : 1_000);
  const votes: Promise<Request | { refused: string } | null>[] = [];
  switch (way) {
    case 1:
      votes.push(vote("ada", "approve"), vote("ben", "approve"));
      break;
    case 2:
      votes.push(vote("ben", "deny"), vote("ada", "approve"));
      break;
    case 3:
      votes.push(vote(request.asker, "approve"), vote("ada", "approve"));
      break;
    case 4:
      votes.push(vote("olga", "approve"), vote("ben", "approve"));
      break;
    case 5:
      votes.push(
        clicking.click(request.asker, "withdraws", ({ desk }) =>
          withdraw(desk, { by: town.record(request.asker), request: request.id }),
        ),
        vote("ada", "approve"),
      );
      break;
    case 6:
      votes.push(vote("ada", "approve"), vote("ada", "approve"));
      break;
    case 7:
      votes.push(vote("ada", "deny"));
      break;
    default:
      votes.push(vote("ada", "approve"));
  }
  const said = await Promise.all(votes);
  if (said.some(needsMore)) said.push(await vote("ben", "approve"), await vote("ada", "approve"));
  return said.find(isApproved) ?? null;
}

type Approved = Request & { state: "approved" };

function isApproved(said: Request | { refused: string } | null): said is Approved {
  return said !== null && "state" in said && said.state === "approved";
}

/** A yes for the first namespace alone, and for a little less time. */
function lessThan({ targets, durationSeconds }: Request): Less {
  const namespaces = targets.flatMap((target) => target.namespaces.slice(0, 1));
  return { durationSeconds: Math.max(10, durationSeconds - 4), namespaces, startsAt: null };
}

/** One yes is not enough for it. */
function needsMore(said: Request | { refused: string } | null): boolean {
  return said !== null && "state" in said && said.state === "pending";
}

/** Somebody was told that their approval counts: the request is known as approved, and there are its grants. */
function hearApproved(heard: Heard, { id, version, grants }: Approved): void {
  heard.done({ kind: "request", id, version });
  for (const grant of grants) heard.done({ kind: "grant", id: grant, version: 1 });
}
