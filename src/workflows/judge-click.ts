/** Whether a click on Approve or Deny decides, and what of it. Everything is judged anew. */
import { type Surroundings, touchCompany, writeHistory } from "./around.ts";
import type { Change } from "./change-request.ts";
import type { Desk } from "./desk.ts";
import { rememberHeld } from "./history.ts";
import { whySkewed } from "./judge.ts";
import { judgeLending, judgeWaiting, needsToDecide } from "./judge-lending.ts";
import { isQuorum, whyNotDecide } from "./judge-people.ts";
import { lend, shownOf, writeGrants } from "./lend.ts";
import { lessThanAll, narrowest, whyNotLess } from "./less.ts";
import type { Millis, PersonRecord } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { PolicyInForce } from "./ports.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Decision, Less, PendingRequest, Request, Tally, Yes } from "./request.ts";

/** A click on Approve or Deny, with who clicked and who asked as Slack shows them now. */
export interface Click {
  readonly by: PersonRecord;
  readonly asker: PersonRecord;
  /** What the clicker's card showed. */
  readonly fingerprint: string;
  readonly verdict: "approve" | "deny";
  readonly why: string | null;
  /** What the yes leaves of what was shown; null: all of it. */
  readonly less: Less | null;
  /** Given in the form that says the risk once more. */
  readonly stepped: boolean;
}

/** Takes the desk, the policy in force, a click and the request as loaded; returns what it changes, or why it does not. */
export async function judgeClick(
  desk: Desk,
  force: PolicyInForce,
  input: Click,
  request: Request,
): Promise<Change | Refusal> {
  const now = desk.clock.now();
  const no = whyNotDecide(force, input.by, request, now);
  if (no !== null) return no;
  if (request.state !== "pending") return refuse("alreadyDecided");
  const hasSaidYes = request.yeses.some(({ by }) => by === input.by.person);
  if (input.verdict === "approve" && hasSaidYes) return refuse("alreadySaidYes");
  if (request.fingerprint !== input.fingerprint) return refuse("changedSinceShown");
  if (now >= request.lapsesAt) return { event: { type: "lapse", at: now } };
  const click = { input, request, now };
  return input.verdict === "approve" ? sayYes(desk, force, click) : sayNo(desk, force, click);
}

interface Clicked {
  readonly input: Click;
  readonly request: PendingRequest;
  readonly now: Millis;
}

async function sayNo(desk: Desk, force: PolicyInForce, { input, request, now }: Clicked): Promise<Change | Refusal> {
  const needs = await needsToDecide(desk, force, { asker: input.asker, request, now });
  const barred = whyNotDecide(force, input.by, { ...request, needs }, now);
  if (barred !== null) return barred;
  const decision: Decision = { people: [input.by.person], at: now, policyHash: force.hash, rules: needs.rules };
  return { event: { type: "deny", decision, why: input.why } };
}

async function sayYes(desk: Desk, force: PolicyInForce, click: Clicked): Promise<Change | Refusal> {
  const { input, request, now } = click;
  const no = input.less === null ? null : whyNotLess(request, input.less, now);
  if (no !== null) return no;
  // What was shown is what the earlier yeses leave, so this one never leaves more, whoever's no longer counts.
  const lent = narrowest(request, [...request.yeses, { less: input.less }]);
  const { found, demands: needs } = await judgeWaiting(desk, force, { asker: input.asker, request, lent, now });
  if (isRefusal(needs)) return needs;
  if (needs.stepUp && !input.stepped) return refuse("stepUpNeeded");

  const judged = { ...request, needs };
  const barred = whyNotDecide(force, input.by, judged, now);
  if (barred !== null) return barred;
  const yes: Yes = { by: input.by.person, at: now, policyHash: force.hash, less: lessThanAll(request, lent) };
  const counting = await countingYeses(desk, force, judged, now);
  const people = counting.map(({ person }) => person);
  const dropped = request.yeses.map(({ by }) => by).filter((by) => !people.includes(by));
  const tally = { yes, dropped, needs };
  if (!isQuorum(force, request, needs, [...counting, input.by], now)) {
    return { event: { type: "yes", ...tally, fingerprint: desk.ids.fingerprint(shownOf(request, lent)) } };
  }
  const full = judgeLending(force, { ...click, asker: input.asker, lent, around: found.around });
  if (isRefusal(full)) return full;
  const decision = { people: [...people, yes.by], at: now, policyHash: force.hash, rules: needs.rules };
  return whyNotSafe(desk, request, found) ?? approve(force.policy, click, { decision, lent, tally, found });
}

/**
 * Those who said yes before and still may, by what was last read of them. Right before anything is made they are judged
 * once more, by what Slack says then.
 */
async function countingYeses(
  desk: Desk,
  force: PolicyInForce,
  request: PendingRequest,
  now: Millis,
): Promise<readonly PersonRecord[]> {
  const records = await Promise.all(request.yeses.map(({ by }) => desk.people.record(by)));
  return records.filter((by) => by !== null).filter((by) => whyNotDecide(force, by, request, now) === null);
}

function whyNotSafe(desk: Desk, { targets }: PendingRequest, { around }: Surroundings): Refusal | null {
  const skewed = targets.flatMap(({ cluster }) => whySkewed(around.factsOf(cluster)) ?? []);
  const [unsafe] = [desk.caution.whyNot() ?? [], skewed].flat();
  return unsafe === undefined ? null : refuse("endingsOnly", { detail: unsafe });
}

interface Yeses {
  readonly decision: Decision;
  readonly lent: Less;
  readonly tally: Tally;
  readonly found: Surroundings;
}

function approve(policy: Policy, { input, request }: Clicked, { decision, lent, tally, found }: Yeses): Change {
  const { end, grants } = lend(policy, input.asker, request, { decision, lent });
  const ids = grants.map(({ id }) => id);
  return {
    event: { type: "approve", ...tally, decision, lent, end, grants: ids, review: null },
    writes: [
      ...writeGrants(grants),
      writeHistory(found.history, rememberHeld(found.current, ids)),
      ...touchCompany(found),
    ],
  };
}
