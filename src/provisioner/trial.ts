import type { Lent } from "../workflows/grant.ts";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { type Anchor, endToken, makeAnchor, mintToken } from "./anchored-token.ts";
import { RefusedByCluster, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import type { Owner } from "./objects.ts";
import {
  type Answer,
  askAboutNobody,
  askItself,
  type Question,
  questionsOf,
  sayQuestions,
  untilSettled,
} from "./proof.ts";
import type { RoleRules } from "./role-rules.ts";

/** The trial's number among deliveries; people get 1, 2, … */
const TRIAL = 0;
/** The shortest the API server mints. The trial is deleted in the same step; this bounds one that a crash leaves. */
const TRIAL_SECONDS = 600;

/**
 * Takes a grant and its timer; makes the Secret for the trial's token. One that a crash left is ours alone and
 * unreadable, so it is ended by its name and made anew.
 */
export async function anchorTrial(cluster: Connection, grant: Lent, timer: Owner): Promise<Anchor> {
  try {
    return await makeAnchor(cluster, grant, TRIAL, timer);
  } catch (error) {
    if (statusCode(error) !== 409) throw error;
    await endToken(cluster, grant, TRIAL);
    return makeAnchor(cluster, grant, TRIAL, timer);
  }
}

/**
 * Takes a grant whose objects are made and the anchor; mints a token of its identity for the worker's own use, asks
 * with it what the identity may do, and ends it again whatever the answers are. Throws where the answers are not the
 * profile's.
 */
export async function makeTrial(
  cluster: Connection,
  { grant, account, anchor, rules }: { grant: Lent; account: Owner; anchor: Anchor; rules: RoleRules },
): Promise<void> {
  try {
    const { token } = await mintTrial(cluster, grant, account, anchor);
    const itself = cluster.asBearer(token);
    const ask = (question: Question) => askItself(itself, question).catch(notKnownYet(cluster));
    await prove(cluster, ask, questionsOf(grant.namespaces, rules));
  } finally {
    await endToken(cluster, grant, TRIAL, anchor.owner.uid);
  }
}

async function mintTrial(cluster: Connection, grant: Lent, account: Owner, anchor: Anchor) {
  try {
    return await mintToken(cluster, { access: grant, account, anchor, seconds: TRIAL_SECONDS });
  } catch (error) {
    if (statusCode(error) !== 404) throw error;
    throw new ClusterTrouble(cluster.id, `the grant's identity in ${cluster.id} went away while it was being tried`);
  }
}

/** A 401 here is about the trial, not about the worker's own credential. */
function notKnownYet(cluster: Connection) {
  return (error: unknown): never => {
    if (statusCode(error) !== 401) throw error;
    throw new ClusterTrouble(cluster.id, `${cluster.id} does not know the grant's identity yet`);
  };
}

type Ask = (question: Question) => Promise<Answer>;

async function prove(cluster: Connection, ask: Ask, { yes, no }: ReturnType<typeof questionsOf>): Promise<void> {
  const [refused, exceeded] = await Promise.all([
    untilSettled<Question>((before) => refusedOf(cluster, ask, before ?? yes)),
    exceededOf(cluster, ask, no),
  ]);
  if (exceeded.length > 0) {
    const more = sayQuestions(exceeded);
    throw new RefusedByCluster("clusterRefused", `in ${cluster.id} this access could do more than it says: ${more}`);
  }
  if (refused.length > 0) {
    throw new ClusterTrouble(cluster.id, `${cluster.id} does not let the access work yet: ${sayQuestions(refused)}`);
  }
}

/** Of what must be allowed, what is not. */
async function refusedOf(cluster: Connection, ask: Ask, questions: readonly Question[]): Promise<readonly Question[]> {
  const answers = await Promise.all(questions.map(ask));
  const denied = questions.filter((_, i) => answers[i] === "denied");
  if (denied.length > 0) {
    throw new RefusedByCluster("clusterRefused", `${cluster.id} forbids what the role allows: ${sayQuestions(denied)}`);
  }
  return questions.filter((_, i) => answers[i] === "no");
}

/** Of what must not be allowed, what is; but for what everybody's identity may do, which no grant gave. */
async function exceededOf(cluster: Connection, ask: Ask, questions: readonly Question[]): Promise<readonly Question[]> {
  const exceeded = await Promise.all(
    questions.map(
      async (question) => (await ask(question)) === "yes" && !(await askAboutNobody(cluster.authorization, question)),
    ),
  );
  return questions.filter((_, i) => exceeded[i]);
}
