/** Whether a click on Approve or Deny decides, and what of it. Everything is judged anew. */
import { type Surroundings, touchCompany, writeHistory } from "./around.ts";
import type { Change } from "./change-request.ts";
import type { Desk } from "./desk.ts";
import { rememberHeld } from "./history.ts";
import { whySkewed } from "./judge.ts";
import { judgeLending, judgeWaiting, needsToDecide } from "./judge-lending.ts";
import { type Given, isQuorum, isStillGiven, whyNotDecide } from "./judge-people.ts";
import { lend, shownOf, writeGrants } from "./lend.ts";
import { lessThanAll, narrowest, whyNotLess } from "./less.ts";
import { isOfAccount, type Millis, type PersonRecord } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { PolicyInForce } from "./ports.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Decision, Less, Needs, PendingRequest, Request, Tally, Yes } from "./request.ts";
import { isInForm, type Risk } from "./step-up.ts";

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
  /** Whether the form in which it was given said such a risk; a bare click is given in none. */
  readonly said: (risk: Risk) => boolean;
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
  if (request.fingerprint !== input.fingerprint) return whyNotShown(input, request);
  if (now >= request.lapsesAt) return { event: { type: "lapse", at: now } };
  const click = { input, request, now };
  return input.verdict === "approve" ? sayYes(desk, force, click) : sayNo(desk, force, click);
}

/** Whoever's own yes changed what the card shows is told that they gave it. */
function whyNotShown({ by, verdict }: Click, request: Request): Refusal {
  const isOwn = verdict === "approve" && saidBefore(request, by)?.stepped === true;
  return refuse(isOwn ? "alreadySaidYes" : "changedSinceShown");
}

/** The yes that this account gave for this person: one of an account that the id had before is somebody else's. */
function saidBefore({ yeses }: Request, by: PersonRecord): Yes | undefined {
  return yeses.find((yes) => yes.by === by.person && isOfAccount(by, yes.account));
}

interface Clicked {
  readonly input: Click;
  readonly request: PendingRequest;
  readonly now: Millis;
}

async function sayNo(desk: Desk, force: PolicyInForce, { input, request, now }: Clicked): Promise<Change | Refusal> {
  const needs = await needsToDecide(desk, force, { asker: input.asker, request, less: null, now });
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
  const inForm = input.said(needs);
  const yes = yesOf(force, click, lent, inForm);
  if (!isInForm(yes, needs)) return refuse("stepUpNeeded");

  const judged = { ...request, needs };
  const barred = whyNotDecide(force, input.by, judged, now);
  if (barred !== null) return barred;
  const given = await stillGiven(desk, force, judged, click);
  const counting = given.filter((one) => isInForm(one.yes, needs));
  const tallied = (kept: readonly Before[]) => ({ yes, dropped: droppedOf(request, kept), needs });
  if (!isQuorum(force, request, needs, [...counting, { record: input.by, yes }], now)) {
    if (countsBefore(click, needs)) return refuse("alreadySaidYes");
    return { event: { type: "yes", ...tallied(given), fingerprint: desk.ids.fingerprint(shownOf(request, lent)) } };
  }
  // Nobody decides by a bare click what no form has said, whatever they said yes to before.
  if (!isInForm({ stepped: inForm }, needs)) return refuse("stepUpNeeded");
  const full = judgeLending(force, { ...click, asker: input.asker, lent, around: found.around });
  if (isRefusal(full)) return full;
  const people = [...counting.map(({ yes: { by } }) => by), yes.by];
  const decision = { people, at: now, policyHash: force.hash, rules: needs.rules };
  const tally = tallied(counting);
  return whyNotSafe(desk, request, found) ?? approve(force.policy, click, { decision, lent, tally, found });
}

/** Whose yes counts already; not of whom the card says that it has to be given once more: then that has to help. */
function countsBefore({ input, request }: Clicked, needs: Needs): boolean {
  const before = saidBefore(request, input.by);
  return before !== undefined && isInForm(before, needs) && isInForm(before, request.needs);
}

/** One that takes the place of their own earlier one was given in the form where that was. */
function yesOf(force: PolicyInForce, { input, request, now }: Clicked, lent: Less, inForm: boolean): Yes {
  const { by } = input;
  const stepped = inForm || saidBefore(request, by)?.stepped === true;
  const given = { at: now, policyHash: force.hash, less: lessThanAll(request, lent) };
  return { by: by.person, account: by.slackKey, stepped, ...given };
}

/** An earlier yes, with the record of who gave it. */
interface Before extends Given {
  readonly yes: Yes;
}

/** Whoever's yes is kept no more; the earlier one of whoever clicks gives way to the new one. */
function droppedOf({ yeses }: PendingRequest, kept: readonly Before[]): readonly string[] {
  return yeses.map(({ by }) => by).filter((by) => !kept.some(({ yes }) => yes.by === by));
}

/**
 * What others said yes to before and still may, by what was last read of them. Right before anything is made they are judged
 * once more, by what Slack says then.
 */
async function stillGiven(
  desk: Desk,
  force: PolicyInForce,
  request: PendingRequest,
  { input, now }: Clicked,
): Promise<readonly Before[]> {
  const others = request.yeses.filter(({ by }) => by !== input.by.person);
  const given = await Promise.all(others.map(async (yes) => ({ yes, record: await desk.people.record(yes.by) })));
  return given
    .filter((one): one is Before => one.record !== null)
    .filter((one) => isStillGiven(force, one, request, now));
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
