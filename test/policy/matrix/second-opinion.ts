/** What docs/policy.md says of a cell of the matrix, by the referee. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import type { Request } from "../../../src/workflows/request.ts";
import { SAMPLE_ASK } from "../../fakes/sample-asking.ts";
import { SAMPLE_FACTS, sampleRecord } from "../../fakes/samples.ts";
import { ruleOnGlass } from "../referee/glass.ts";
import { againstDeciding, isForeign, isIn, lastMoment } from "../referee/people.ts";
import type { Ask, Law, World } from "../referee/terms.ts";
import { ruleOnAsking } from "../referee/wishes.ts";
import { ruleOnNo, ruleOnYes } from "../referee/yeses.ts";
import { type ActName, type Cell, HALF } from "./acts.ts";
import { askerOf, grantIn, NOW, requestIn } from "./states.ts";
import { PAT, recordOf } from "./world.ts";

/** All that speaks against an act; where nothing does, the word for what becomes of it. */
export interface Opinion {
  readonly did: string;
  readonly against: ReadonlySet<RefusalCode>;
}

interface Case {
  readonly cell: Cell;
  readonly law: Law;
  readonly by: PersonRecord;
}

/** Takes an act, a cell and its policy; returns what the document says. */
export function opine(name: ActName, cell: Cell, policy: PolicyShape): Opinion {
  const law: Law = { policy, holds: () => null, isTicket: () => false };
  const known = { cell, law, by: recordOf(cell.kind) };
  return { did: WORDS[name](known), against: new Set(RULES[name](known)) };
}

const same = (word: string) => () => word;
/** "Everybody their own", which is handed back; what others end is revoked. */
const endsAs = ({ cell }: Case) => (askerOf(cell.role) === PAT ? "released" : "revoked");
const WORDS: Readonly<Record<ActName, (known: Case) => string>> = {
  ...{ ask: same("pending"), "break glass": same("approved"), approve: same("approved"), deny: same("denied") },
  ...{ "approve for less": same("approved"), withdraw: same("withdrawn"), "get kubeconfig": same("active") },
  ...{ extend: same("pending"), review: same("reviewed"), end: endsAs },
};

const RULES: Readonly<Record<ActName, (known: Case) => Iterable<RefusalCode>>> = {
  ask: (known) => ruleOnAsking(known.law, asked(known.by), worldOf(known)).against,
  "break glass": (known) => ruleOnGlass(known.law, { ...asked(known.by), seconds: 1800 }, worldOf(known)).against,
  approve: (known) => againstYes(known, null),
  "approve for less": (known) => againstYes(known, HALF),
  deny: againstNo,
  withdraw: againstWithdrawing,
  "get kubeconfig": againstReceiving,
  extend: (known) => {
    const no = againstReceiving(known);
    return no.length > 0 ? no : ruleOnAsking(known.law, asked(known.by), worldOf(known)).against;
  },
  end: againstEnding,
  review: againstReviewing,
};

function asked(by: PersonRecord): Ask {
  const { cluster, namespaces, profile, reason } = SAMPLE_ASK;
  return { by, cluster, namespaces, profile, reason, seconds: 7200, ticket: null, startsAt: null };
}

/** What pat holds and asks for already. */
function worldOf({ cell: { state, role } }: Case): World {
  const isOwn = askerOf(role) === PAT;
  const grant = isOwn ? grantIn(state, role) : null;
  const request = isOwn ? requestIn(state, role) : null;
  const review = request?.state === "approved" ? request.review : null;
  return {
    ...{ now: NOW, companyPasses: 0, outcomes: [], timesSaid: 0 },
    factsOf: (cluster) => (cluster === "prod" ? SAMPLE_FACTS : null),
    held: grant !== null && grant.state !== "ended" ? [{ ...grant, isEnding: grant.state === "ending" }] : [],
    open: request?.state === "pending" ? request.targets.map((target) => ({ ...target, isEnding: false })) : [],
    reviewsDue: review !== null && review.done === null ? [review.dueAt] : [],
  };
}

function againstYes(known: Case, less: typeof HALF | null): readonly RefusalCode[] {
  const { cell, law, by } = known;
  const request = requestIn(cell.state, cell.role);
  if (request === null) return ["notFound"];
  const { asked: ask, posted, roles, world } = waitingFor(known, request);
  const who = againstDeciding(law.policy, by, { asker: askerOf(cell.role), demands: posted, now: NOW });
  if (request.state !== "pending") return ["alreadyDecided", ...who];
  const outcome = ruleOnYes(law, { ask, by, less, roles, posted, before: [], stepped: false, formAsked: false }, world);
  return "against" in outcome ? [...outcome.against] : "waits" in outcome ? ["raced"] : [];
}

function againstNo(known: Case): readonly RefusalCode[] {
  const request = requestIn(known.cell.state, known.cell.role);
  if (request === null) return ["notFound"];
  const { law, world, asked: ask, posted, roles } = waitingFor(known, request);
  const against = ruleOnNo(law, { ask, by: known.by, roles, posted, before: [] }, world);
  return [...against, ...(request.state === "pending" ? [] : (["alreadyDecided"] as const))];
}

/** What a click is judged by: the request with its asker as they are now, and nothing held. */
function waitingFor({ cell, law, by }: Case, request: Request) {
  const asker = askerOf(cell.role);
  const is = asker === PAT ? by : sampleRecord(asker);
  const account = is.slackKey;
  return {
    law,
    asked: asked(is),
    posted: {
      ...{ groups: request.approvers, notSameCompany: request.needs.notSameCompany },
      ...{ barred: [], barredAccounts: [], account },
    },
    roles: new Set(request.targets.map(({ role, roleHash }) => `${role} ${roleHash}`)),
    world: { ...worldOf({ cell, law, by }), held: [], open: [] },
  };
}

function againstWithdrawing({ cell }: Case): readonly RefusalCode[] {
  const request = requestIn(cell.state, cell.role);
  if (request === null) return ["notFound"];
  return [
    ...(request.asker === PAT ? [] : (["notYours"] as const)),
    ...(request.state === "pending" ? [] : (["alreadyDecided"] as const)),
  ];
}

function againstReceiving({ cell, by }: Case): readonly RefusalCode[] {
  const grant = grantIn(cell.state, cell.role);
  if (grant === null) return ["notFound"];
  return [
    ...(grant.grantee === PAT ? [] : (["notYours"] as const)),
    ...(by.active ? [] : (["inactive"] as const)),
    ...(grant.state === "active" ? [] : (["notActive"] as const)),
  ];
}

/** "On-call may end every pass, an approver what they approved, both neither as a guest …, and everybody their own". */
function againstEnding({ cell, law, by }: Case): readonly RefusalCode[] {
  const grant = grantIn(cell.state, cell.role);
  if (grant === null) return ["notFound"];
  const { policy } = law;
  const decides = grant.decidedBy.people.includes(PAT) || isIn(policy, policy.onCall, by);
  const may = by.active && (grant.grantee === PAT || (decides && !isForeign(by)));
  return [
    ...(may ? [] : (["notYours"] as const)),
    ...(grant.state === "making" || grant.state === "active" ? [] : (["alreadyEnding"] as const)),
  ];
}

/** "One of `reviewers`, not the one who lent it, says what they found." */
function againstReviewing({ cell, law, by }: Case): readonly RefusalCode[] {
  const request = requestIn(cell.state, cell.role);
  if (request === null) return ["notFound"];
  if (request.state !== "approved" || request.review === null) return ["notNow"];
  const reviewers = law.policy.breakGlass?.reviewers ?? "";
  return [
    ...(by.active ? [] : (["inactive"] as const)),
    ...(isForeign(by) ? (["guestOrExternal"] as const) : []),
    ...(request.asker === PAT ? (["ownRequest"] as const) : []),
    ...(isIn(law.policy, reviewers, by) && NOW < lastMoment(law.policy, by) ? [] : (["notReviewer"] as const)),
    ...(request.review.done === null ? [] : (["alreadyReviewed"] as const)),
  ];
}
