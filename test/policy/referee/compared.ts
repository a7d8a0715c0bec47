/** Puts one question to the product and to the referee, step by step, and says where they part. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { Refusal } from "../../../src/workflows/refusal.ts";
import type { ApprovedRequest, Less, PendingRequest, Request } from "../../../src/workflows/request.ts";
import { areOneAccount, readAnew } from "./accounts.ts";
import type { Case, Click } from "./any-case.ts";
import { readTwice } from "./conditions-twice.ts";
import { ruleOnGlass } from "./glass.ts";
import { type Count, refusedBoth } from "./heard.ts";
import { mustWait, ruleOnMaking } from "./making.ts";
import { areColleagues, companyOf, postedFor } from "./people.ts";
import { colleaguesOf, type Moment, type Stage, setUp } from "./played.ts";
import { ticketOf } from "./reasons.ts";
import type { Ask, Demands, Law, Posted, World } from "./terms.ts";
import { ruleOnAsking } from "./wishes.ts";
import { endOf, type Given, type How, ruleOnNo, ruleOnYes } from "./yeses.ts";

/** Takes a policy, a question and a counter; returns what differs as lines, none where both agree. */
export async function compare(policy: PolicyShape, question: Case, count: Count): Promise<readonly string[]> {
  const stage = await setUp(policy, question);
  const answer = await stage.ask();
  const world = worldOf(policy, question, { now: question.now, facts: question.facts });
  const { law } = readTwice(policy);
  const faults = question.ask.breakGlass
    ? compareGlass(law, question.ask, { world, answer, count })
    : compareAsking(law, question.ask, { world, answer, count });
  if (faults.length > 0 || !("state" in answer)) return faults;
  const moment: Moment = { now: question.now, policy, facts: question.facts, known: new Map() };
  const { demands } = ruleOnAsking(law, question.ask, world);
  const posted = postedFor(policy, question.ask.by, demands);
  const formAsked = demands.stepUp;
  const said = new Map<string, How>();
  if (answer.state === "approved")
    return compareMaking({
      question,
      stage,
      request: answer,
      moment,
      asker: question.ask.by,
      posted,
      formAsked,
      count,
      said,
    });
  return answer.state === "pending"
    ? compareClicks({ question, stage, request: answer, moment, posted, formAsked, count, said })
    : [];
}

interface Told {
  readonly question: Case;
  readonly stage: Stage;
  readonly request: PendingRequest;
  readonly moment: Moment;
  readonly posted: Posted;
  /** Whether the form was asked for when the card was made anew. */
  readonly formAsked: boolean;
  readonly count: Count;
  /** How each one's last yes was given. */
  readonly said: ReadonlyMap<string, How>;
}

async function compareClicks(told: Told): Promise<readonly string[]> {
  const { question, stage, count } = told;
  let { request, moment, posted, formAsked } = told;
  const said = new Map(told.said);
  for (const next of question.clicks()) {
    const click = clickIn(next.policy ?? moment.policy, next);
    moment = nextMoment(moment, click, request);
    if (moment.now >= request.lapsesAt) return [];
    const decided = await stage.click(request, click, moment);
    const came = compareClick({ question, request, click, moment, posted, formAsked, decided, count, said });
    if (came.faults.length > 0) return came.faults;
    posted = { ...posted, notSameCompany: came.notSameCompany };
    formAsked = came.formAsked;
    if (!("state" in decided)) continue;
    if (said.has(click.by.person) && click.verdict === "approve") count("a yes given once more");
    said.set(click.by.person, howSaid(click, request, said));
    moment = { ...moment, known: new Map([...moment.known, [click.by.person, click.by]]) };
    if (decided.state === "approved")
      return compareMaking({ ...told, request: decided, moment, posted, formAsked, asker: click.asker, said });
    if (decided.state !== "pending") return [];
    request = decided;
  }
  return [];
}

/** Who said it in the form before has said it in the form, unless that yes was dropped since. */
function howSaid({ by, stepped }: Click, { yeses }: PendingRequest, said: ReadonlyMap<string, How>): How {
  const earlier = yeses.some((yes) => yes.by === by.person) ? said.get(by.person) : undefined;
  const isAgain = earlier !== undefined && areOneAccount(earlier.account, by.slackKey);
  return { account: by.slackKey, stepped: stepped || (isAgain && earlier.stepped) };
}

/** Slack says of an account what it says, and the bot asks it about the one that the policy links somebody to. */
function clickIn(policy: PolicyShape, click: Click): Click {
  return click.stale ? click : { ...click, by: readAnew(policy, click.by), asker: readAnew(policy, click.asker) };
}

/** Judged once more, right before it is made. */
async function compareMaking(
  told: Omit<Told, "request"> & { readonly request: ApprovedRequest; readonly asker: PersonRecord },
): Promise<readonly string[]> {
  const { question, stage, request, posted, count } = told;
  const [grant] = request.grants;
  if (grant === undefined) return ["approved without a pass"];
  const making = question.making();
  const begins = Math.max(request.decision.at, request.lent.startsAt ?? 0);
  const now = begins + making.after;
  const policy = making.policy ?? told.moment.policy;
  const facts = making.facts ?? told.moment.facts;
  const read = (record: PersonRecord) => ({ ...(making.stale ? record : readAnew(policy, record)), readAt: now });
  const asker = read(making.asker ?? told.asker);
  const people = [...told.moment.known.values(), ...making.changed].map(read);
  const known = new Map([...people, asker].map((record) => [record.person, record]));
  // What the cluster has of it is for the cluster to say; here its facts are all there.
  const target = facts.find(({ cluster }) => cluster === question.ask.cluster);
  const role = policy.profiles[question.ask.profile]?.role ?? "";
  if (now >= request.end || target === undefined || !Object.hasOwn(target.roles, role)) return [];
  if (request.lent.namespaces.some((name) => target.unread?.includes(name))) return [];
  const made = await stage.make(grant, { now, policy, facts, known });
  const { law } = readTwice(policy);
  const sayers = request.decision.people.map((person) => givenBy(person, null, { known, said: told.said }));
  const world = { ...worldOf(policy, question, { now, facts }), begins, timesSaid: 0 };
  const decided = { ask: { ...question.ask, by: asker }, request, sayers, posted };
  const against = ruleOnMaking(law, decided, world);
  count(made);
  const ruled = against.size === 0 ? "made" : "not made";
  if (made === (mustWait(law, decided) ? "not made yet" : ruled)) return [];
  return [`${made}, but for the referee: ${[...against].join(", ") || "nothing speaks against it"}`];
}

function givenBy(
  person: string,
  less: Less | null,
  { known, said }: Pick<Moment, "known"> & { readonly said: ReadonlyMap<string, How> },
): Given {
  const how = said.get(person) ?? { account: "", stepped: false };
  return { ...how, by: known.get(person) ?? null, less };
}

function nextMoment(before: Moment, click: Click, { yeses }: PendingRequest): Moment {
  const now = before.now + click.after;
  const policy = click.policy ?? before.policy;
  const read = (record: PersonRecord) => ({ ...(click.stale ? record : readAnew(policy, record)), readAt: now });
  const known = new Map([...before.known].map(([id, record]) => [id, read(record)]));
  for (const changed of click.changed) {
    if (typeof changed === "string") known.delete(changed);
    else if (known.has(changed.person)) known.set(changed.person, read(changed));
  }
  // Whoever clicks was read just now.
  if (yeses.some(({ by }) => by === click.by.person)) known.set(click.by.person, { ...click.by, readAt: now });
  return { now, known, policy, facts: click.facts ?? before.facts };
}

function worldOf(policy: PolicyShape, question: Case, { now, facts }: Pick<Moment, "now" | "facts">): World {
  const { held, open, others, history, timesSaid } = question;
  const asker = question.ask.by.person;
  const isContractor = companyOf(policy, asker) !== "";
  const colleagues = colleaguesOf(asker).filter((other) => areColleagues(policy, other, asker));
  return {
    ...{ now, held, open, timesSaid, outcomes: history.outcomes },
    factsOf: (cluster) => facts.find((one) => one.cluster === cluster) ?? null,
    companyPasses: isContractor ? held.length + others * colleagues.length : 0,
    reviewsDue: history.reviews.map(({ dueAt }) => dueAt),
  };
}

interface Asked {
  readonly world: World;
  readonly answer: Request | readonly Refusal[];
  readonly count: Count;
}

function compareAsking(law: Law, ask: Ask, { world, answer, count }: Asked): readonly string[] {
  const ruling = ruleOnAsking(law, ask, world);
  if (!("state" in answer)) return refusedBoth(answer, ruling.against, count);
  if (ruling.against.size > 0) return [`asked: allowed, but for the referee: ${[...ruling.against].join(", ")}`];
  const { demands } = ruling;
  const isAuto = answer.state === "approved" && answer.leave === "policy";
  count(isAuto ? "allowed by itself" : "allowed");
  return [
    ...differ("by itself", isAuto, demands.byItself),
    ...differ("duration", answer.durationSeconds, ask.seconds),
    ...differ("ticket", answer.ticket, ticketOf(ask.ticket)),
    ...differ("approvers", answer.approvers, demands.groups),
    ...differ(
      "namespaces",
      answer.targets.flatMap(({ namespaces }) => namespaces),
      [...new Set(ask.namespaces)].sort(),
    ),
    ...differNeeds(answer, demands),
    ...(answer.state === "approved" ? differ("end", answer.end, endOf(law, ask, allOf(ask), world.now)) : []),
  ];
}

function allOf({ seconds, namespaces, startsAt }: Ask) {
  return { durationSeconds: seconds, namespaces, startsAt };
}

function differNeeds({ needs }: Pick<Request, "needs">, demands: Demands): readonly string[] {
  const { quorum, differentGroups, notSameCompany, stepUp, tier, rules } = demands;
  return [
    ...differ("quorum", needs.quorum, quorum),
    ...differ("different groups", needs.differentGroups, differentGroups),
    ...differ("not same company", needs.notSameCompany, notSameCompany),
    ...differ("step-up", needs.stepUp, stepUp),
    ...differ("longest", needs.maxSeconds, demands.seconds),
    ...differ("tier", needs.tier, tier),
    ...differ("rules", needs.rules, rules),
  ];
}

function compareGlass(law: Law, ask: Ask, { world, answer, count }: Asked): readonly string[] {
  const ruling = ruleOnGlass(law, ask, world);
  if (!("state" in answer)) return refusedBoth(answer, ruling.against, count);
  if (ruling.against.size > 0) return [`glass: allowed, but for the referee: ${[...ruling.against].join(", ")}`];
  if (answer.state !== "approved") return [`glass: it became ${answer.state}`];
  count(ruling.beside > 0 ? "glass broken beside what ends" : "glass broken");
  const named = answer.needs.why.filter((words) => words.includes("is ending"));
  const owed = world.now + (law.policy.breakGlass?.reviewWithin ?? 0) * 1000;
  return [
    ...differ("leave", answer.leave, "breakGlass"),
    ...differ("passes named that end", named.length, ruling.beside),
    ...differ("told", answer.approvers, ruling.told),
    ...differ("longest", answer.needs.maxSeconds, ruling.seconds),
    ...differ("review due", answer.review?.dueAt, owed),
    ...differ("end", answer.end, endOf(law, ask, { ...allOf(ask), startsAt: null }, world.now)),
  ];
}

interface Clicked {
  readonly question: Case;
  readonly request: PendingRequest;
  readonly click: Click;
  readonly moment: Moment;
  readonly posted: Posted;
  readonly formAsked: boolean;
  readonly decided: Request | Refusal;
  readonly count: Count;
  readonly said: ReadonlyMap<string, How>;
}

/** What differs, whether colleagues of the asker are barred from then on, and whether the card asks for the form. */
interface Compared {
  readonly faults: readonly string[];
  readonly notSameCompany: boolean;
  readonly formAsked: boolean;
}

function compareClick(clicked: Clicked): Compared {
  const { question, click, moment, posted, formAsked, count } = clicked;
  const isOfNow = areColleagues(moment.policy, click.by.person, question.ask.by.person);
  if (posted.barred.includes(click.by.person) && !isOfNow) count("a colleague of then");
  if (click.verdict === "deny") return { faults: compareNo(clicked), notSameCompany: posted.notSameCompany, formAsked };
  return compareYes(clicked);
}

function compareYes(clicked: Clicked): Compared {
  const { request, click, posted, formAsked, decided, count } = clicked;
  const { law, ask, before, roles, world } = putToReferee(clicked);
  const outcome = ruleOnYes(law, { ...click, ask, before, roles, posted, formAsked }, world);
  const faults = compareOutcome(outcome, { request, decided, count });
  const isCounted = "state" in decided && !("against" in outcome);
  const asked = isCounted && "waits" in outcome ? outcome.formAsked : formAsked;
  return { faults, notSameCompany: isCounted ? outcome.notSameCompany : posted.notSameCompany, formAsked: asked };
}

/** What the referee is told of a click. */
function putToReferee({ question, request, click, moment, said }: Clicked) {
  const { policy, known } = moment;
  const { law } = readTwice(policy);
  const ask: Ask = { ...question.ask, by: click.asker };
  const before: readonly Given[] = request.yeses.map(({ by, less }) => givenBy(by, less, { known, said }));
  const roles = new Set(request.targets.map(({ role, roleHash }) => `${role} ${roleHash}`));
  return { law, ask, before, roles, world: worldOf(policy, question, moment) };
}

function compareOutcome(
  outcome: ReturnType<typeof ruleOnYes>,
  { request, decided, count }: Pick<Clicked, "request" | "decided" | "count">,
): readonly string[] {
  if (!("state" in decided)) return refusedBoth([decided], "against" in outcome ? outcome.against : null, count);
  if ("against" in outcome) return [`yes: ${decided.state}, but for the referee: ${[...outcome.against].join(", ")}`];
  if ("waits" in outcome) {
    count("yes that waits for another");
    const waiting = decided.state === "pending" ? decided.yeses.length - outcome.people.length : 0;
    if (waiting > 0) count("a bare yes waits to be given once more");
    return decided.state === "pending"
      ? differ(
          "yeses",
          decided.yeses.filter(({ stepped }) => stepped || !decided.needs.stepUp).map(({ by }) => by),
          outcome.people,
        )
      : [`yes: ${decided.state}, but for the referee it waits`];
  }
  if (decided.state !== "approved") return [`yes: ${decided.state}, but for the referee it is enough`];
  count(request.yeses.length > 0 ? "quorum of several met" : "approved by one");
  return differApproved(decided, outcome);
}

function differApproved(
  { end, lent, decision }: ApprovedRequest,
  outcome: Extract<ReturnType<typeof ruleOnYes>, { end: number }>,
): readonly string[] {
  return [
    ...differ("end", end, outcome.end),
    ...differ("lent for", lent.durationSeconds, outcome.lent.durationSeconds),
    ...differ("lent where", lent.namespaces, outcome.lent.namespaces),
    ...differ("lent from", lent.startsAt, outcome.lent.startsAt),
    ...differ("by whom", decision.people, outcome.people),
    ...differ("by which rules", decision.rules, outcome.rules),
  ];
}

/** "One no ends the request": of whoever may say it. */
function compareNo(clicked: Clicked): readonly string[] {
  const { posted, decided, count } = clicked;
  const { law, ask, before, roles, world } = putToReferee(clicked);
  const against = ruleOnNo(law, { ask, before, by: clicked.click.by, roles, posted }, world);
  if (!("state" in decided)) return refusedBoth([decided], against, count);
  count("denied by somebody");
  return against.size === 0
    ? differ("state", decided.state, "denied")
    : [`no: counted, but ${[...against].join(", ")}`];
}

function differ(what: string, ours: unknown, theirs: unknown): readonly string[] {
  const [one, other] = [JSON.stringify(ours), JSON.stringify(theirs)];
  return one === other ? [] : [`${what}: ${one}, but for the referee ${other}`];
}
