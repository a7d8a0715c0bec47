import { randomUUID } from "node:crypto";
import type { App, BlockAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { ActiveGrant } from "../workflows/grant.ts";
import type { PersonRecord } from "../workflows/person.ts";
import { mayReceive } from "../workflows/receive.ts";
import { isRefusal, type RefusalCode, refuse } from "../workflows/refusal.ts";
import { onlyYou } from "./answers.ts";
import { buttonValue, userOf } from "./clicks.ts";
import { inTime } from "./deadline.ts";
import { clean } from "./escape.ts";
import type { SlackUser } from "./known-people.ts";
import {
  CLUSTER_SILENT,
  kubeconfigModal,
  making,
  NO_ANSWER,
  NOT_KEPT,
  NOT_SHOWN,
  noKubeconfig,
} from "./messages/kubeconfig.ts";
import { refusalWords } from "./messages/refusals.ts";
import { ACTIONS, unpackGrant } from "./names.ts";
import { openForm } from "./open-form.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { identify, type Reached, reach } from "./reach.ts";
import { sayReceived } from "./say-received.ts";
import { createSeal, type Seal } from "./seal.ts";
import type { Sentence } from "./sentences.ts";
import { sayError, slackTrouble } from "./slack-client.ts";

/** How long the grantee looks at "Making your kubeconfig…" before they are told that it did not work. */
const ANSWER_WITHIN_MS = 20_000;
/** Time enough to open the modal in time for its trigger, and to tell most refusals without one. */
const CHECK_BEFORE_MS = 700;

/**
 * The grantee gets a credential of their own, made at this click and shown once. The private half of its seal lives
 * in this process's memory for as long as the click is answered.
 */
export function registerGetKubeconfig(app: App, parts: BotParts): void {
  app.action<BlockAction>(ACTIONS.getKubeconfig, async ({ ack, body, respond }) => {
    await ack();
    const checking = reach(parts, check(parts, userOf(body), unpackGrant(buttonValue(body))));
    const early = await inTime(checking, CHECK_BEFORE_MS);
    if (early !== "late" && "no" in early) return void (await respond(onlyYou(early.no)));
    const view = await openForm(parts, body.trigger_id, making(), (no) => respond(onlyYou(no)));
    if (view === null) return;
    const checked = await checking;
    if ("no" in checked) return show(parts, view, noKubeconfig(checked.no));
    await handOver(parts, view, checked.got);
  });
}

interface Checked {
  readonly grant: ActiveGrant;
  readonly by: PersonRecord;
}

async function check(parts: BotParts, who: SlackUser, id: string | null): Promise<Reached<Checked>> {
  const found = await identify(parts, who);
  if ("no" in found) return found;
  const grant = id === null ? refuse("notFound") : await mayReceive(parts.desk, { by: found.got, grant: id });
  if (isRefusal(grant)) return { no: refusalWords(namesOf(parts), grant) };
  return { got: { grant, by: found.got } };
}

async function handOver(parts: BotParts, view: string, { grant, by }: Checked): Promise<void> {
  const { counter, desk, log } = parts;
  const id = randomUUID();
  const seal = await createSeal(id);
  const asked = { id, grant: grant.id, person: by.person, key: seal.publicKey, at: desk.clock.now() };
  const sent = await reach(
    parts,
    counter.ask(asked).then(() => ({ got: true })),
  );
  if ("no" in sent) return show(parts, view, noKubeconfig(sent.no));
  const answer = await counter.answer(id, ANSWER_WITHIN_MS);
  if (answer === null) return show(parts, view, noKubeconfig(NO_ANSWER));
  if ("refused" in answer) return show(parts, view, noKubeconfig(wordsFor(parts, answer.refused)));
  const modal = await openAndDraw(parts, seal, grant, answer);
  if (modal === null) return show(parts, view, noKubeconfig(NOT_SHOWN));
  if (!(await showKubeconfig(parts, view, modal))) return;
  if (!(await sayReceived(parts, { id, n: answer.n, askedAt: asked.at }))) {
    return show(parts, view, noKubeconfig(NOT_KEPT));
  }
  log.info("kubeconfig shown", { grant: grant.id, delivery: answer.n });
}

interface Sealed {
  readonly sealed: string;
  readonly end: number;
  readonly former: number | null;
}

/** Errors of opening and drawing can hold what was sealed, so only their kind is logged. */
async function openAndDraw(parts: BotParts, seal: Seal, grant: ActiveGrant, answer: Sealed): Promise<ModalView | null> {
  const { desk, log } = parts;
  try {
    const { kubeconfig, fileName, tryFirst, expiresAt } = await seal.open(answer.sealed);
    const words = namesOf(parts)?.profiles[grant.profile]?.tryFirst;
    return kubeconfigModal({
      ...{ kubeconfig, fileName, former: answer.former, now: desk.clock.now() },
      end: Math.min(answer.end, expiresAt),
      tryFirst:
        words === undefined
          ? tryFirst
          : `kubectl --kubeconfig ${fileName} -n ${grant.namespaces[0]} ${clean(words, 300)}`,
    });
  } catch (cause) {
    log.error("a sealed credential could not be opened", { kind: cause instanceof Error ? cause.name : typeof cause });
    return null;
  }
}

/** Returns whether the person has it before them. One more try where Slack kept silent: showing it twice is the same. */
async function showKubeconfig(parts: BotParts, view: string, modal: ModalView): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await parts.slack.views.update({ view_id: view, view: modal });
      return true;
    } catch (cause) {
      const trouble = slackTrouble(cause);
      parts.log.warn("a kubeconfig was not shown", { tries, cause: sayError(cause) });
      if (trouble?.kind === "silent" && tries < 2) continue;
      // `not_found`: the person has closed the modal, so there is nobody to tell.
      if (trouble?.kind !== "refused" || trouble.error !== "not_found")
        await show(parts, view, noKubeconfig(NOT_SHOWN));
      return false;
    }
  }
}

async function show({ slack, log }: BotParts, view: string, modal: ModalView): Promise<void> {
  try {
    await slack.views.update({ view_id: view, view: modal });
  } catch (cause) {
    if (slackTrouble(cause) === null) throw cause;
    log.warn("a modal was not redrawn", { cause: sayError(cause) });
  }
}

function wordsFor(parts: BotParts, refused: string): Sentence {
  if (refused === "clusterSilent") return CLUSTER_SILENT;
  return refusalWords(namesOf(parts), refuse(refused as RefusalCode)) ?? CLUSTER_SILENT;
}
