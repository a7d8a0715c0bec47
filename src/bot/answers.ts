import { randomBytes } from "node:crypto";
import type { AllMiddlewareArgs, AnyMiddlewareArgs, App, RespondArguments, ViewOutput } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { sentenceModal } from "./blocks.ts";
import { BROKEN, faultWords } from "./messages.ts";
import { type Message, message, type Sentence, toPlain } from "./sentences.ts";
import { sayError } from "./slack-client.ts";
import type { BotLog } from "./slack-log.ts";

/** Takes sentences; returns the answer that only the person who clicked sees, wherever that was. */
export function onlyYou(...sentences: readonly Sentence[]): RespondArguments {
  return privately(message(sentences));
}

/** Takes a message; returns it as the answer that only the person who clicked sees. */
export function privately(shown: Message): RespondArguments {
  return { ...shown, response_type: "ephemeral", replace_original: false };
}

/** Takes a form's block ids and sentences; returns the answer that puts each on its field. */
export function onFields(errors: Readonly<Record<string, Sentence>>) {
  const said = Object.entries(errors).map(([block, sentence]) => [block, toPlain([sentence])]);
  return { response_action: "errors" as const, errors: Object.fromEntries(said) as Record<string, string> };
}

interface AnswerParts {
  readonly slack: WebClient;
  readonly log: BotLog;
}

/**
 * The one error handler: whatever breaks in a handler, the person gets a sentence with a code, and the log the error
 * under the same code. Registered before all handlers.
 */
export function answerWhateverBreaks(app: App, parts: AnswerParts): void {
  const acked = countAcks(app, parts.log);
  app.use(async (args) => {
    try {
      await args.next();
    } catch (cause) {
      const code = randomBytes(4).toString("hex");
      parts.log.error("a handler broke", { code, type: typeOf(args), cause: sayError(cause), at: placeOf(cause) });
      await apologise(args, parts, acked, faultWords(code)).catch((failure: unknown) =>
        parts.log.warn("not even the apology got through", { code, cause: sayError(failure) }),
      );
    }
  });
  app.error(async (error) => parts.log.error("bolt failed", { cause: sayError(error) }));
}

type Ack = (answer?: unknown) => Promise<void>;

/**
 * Bolt does not tell whether something was acknowledged, and over HTTP a second time is an error. One that does not get
 * through is Slack's to deliver again: what was recorded for it stays recorded.
 */
function countAcks(app: App, log: BotLog): WeakSet<object> {
  const acked = new WeakSet<object>();
  const process = app.processEvent.bind(app);
  app.processEvent = (event) => {
    const ack: Ack = async (answer) => {
      if (acked.has(ack)) return;
      acked.add(ack);
      await event.ack(answer).catch((cause: unknown) => log.warn("an answer was lost", { cause: sayError(cause) }));
    };
    return process({ ...event, ack });
  };
  return acked;
}

type AnyArgs = AnyMiddlewareArgs & AllMiddlewareArgs;

/** Says it where the person is: on the form they sent, in place of the form they changed, or to them alone. */
async function apologise(
  args: AnyArgs,
  { slack }: AnswerParts,
  acked: WeakSet<object>,
  words: Sentence,
): Promise<void> {
  const ack = ("ack" in args ? args.ack : undefined) as Ack | undefined;
  const open = ack !== undefined && !acked.has(ack);
  const { body } = args;
  if ("view" in args && body.type === "view_submission") return open ? ack(onForm(args.view, words)) : undefined;
  if (open && "command" in args) return ack(onlyYou(words));
  if (open) await ack();
  if (body.type === "block_actions" && "view" in body && body.view !== undefined) {
    await slack.views.update({ view_id: body.view.id, view: sentenceModal(BROKEN, [words]) });
  } else if ("respond" in args) {
    await args.respond(onlyYou(words));
  }
}

function onForm(view: ViewOutput, words: Sentence) {
  const field = view.blocks.findLast((block) => block.type === "input")?.block_id;
  return field === undefined
    ? { response_action: "update" as const, view: sentenceModal(BROKEN, [words]) }
    : onFields({ [field]: words });
}

function typeOf(args: AnyArgs): string {
  if ("command" in args) return args.command.command;
  return typeof args.body.type === "string" ? args.body.type : "unknown";
}

/** The first line of the stack that is ours. */
function placeOf(cause: unknown): string {
  const line = cause instanceof Error ? cause.stack?.split("\n").find((one) => one.includes("/src/")) : undefined;
  return line?.replace(/^.*\/src\//, "src/").replace(/\)$/, "") ?? "unknown";
}
