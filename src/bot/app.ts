import { App } from "@slack/bolt";
import type { Desk } from "../workflows/desk.ts";
import type { Cards, DeliveryCounter } from "../workflows/telling.ts";
import { answerWhateverBreaks } from "./answers.ts";
import { registerAskAnew } from "./ask-anew.ts";
import { inTime } from "./deadline.ts";
import { registerDecideAccess } from "./decide-access.ts";
import type { Door } from "./door.ts";
import { registerEndAccess } from "./end-access.ts";
import { registerEndMany } from "./end-many.ts";
import { createEndingProgress } from "./ending-progress.ts";
import { registerGetKubeconfig } from "./get-kubeconfig.ts";
import { createHttpDoor } from "./http-door.ts";
import { learnOwnAccount } from "./own-account.ts";
import type { BotParts } from "./parts.ts";
import { registerRequestAccess } from "./request-access.ts";
import { registerReviewPass } from "./review-pass.ts";
import { createRounds } from "./rounds.ts";
import { clientOptions, createClient, type SlackPlace } from "./slack-client.ts";
import { createSlackDirectory, type SlackDirectory } from "./slack-directory.ts";
import { type BotLog, createSlackLog } from "./slack-log.ts";
import { createSlackNotifier, type SlackNotifier } from "./slack-notifier.ts";
import { createSocketDoor } from "./socket-door.ts";
import { registerWithdrawRequest } from "./withdraw-request.ts";

/** A click cannot wait longer for who clicked: Slack wants its answer within 3 s. */
const DIRECTORY_TIMEOUT_MS = 1_500;
const STOP_TIMEOUT_MS = 10_000;

/** How Slack reaches us, with the secrets for it. */
export type SlackAccess =
  | { readonly botToken: string; readonly appToken: string }
  | { readonly botToken: string; readonly signingSecret: string; readonly port: number };

/** All that the bot stands on. */
export interface BotDeps {
  readonly slack: SlackAccess;
  /** Another base for Slack's API than its own. */
  readonly apiUrl?: string;
  readonly desk: Desk;
  readonly cards: Cards;
  readonly counter: DeliveryCounter;
  readonly log: BotLog;
}

/** The bot as a running thing. */
export interface Bot {
  /** What the outbox tells people through. */
  readonly notifier: SlackNotifier;
  readonly directory: SlackDirectory;
  /** Rejects when the bot can never work again as it is, such as with a token that Slack refuses; else stays pending. */
  readonly failed: Promise<never>;
  /** Resolves when Slack can reach us. Throws when Slack refuses our tokens. */
  start(): Promise<void>;
  /** Takes no more clicks, finishes those begun; within 10 s in any case. */
  stop(): Promise<void>;
  /** The port of signed HTTP once started; null with Socket Mode. */
  port(): number | null;
}

/** Puts the bot together; opens nothing yet. */
export function createBot(deps: BotDeps): Bot {
  const { desk, cards, counter, log } = deps;
  const place: SlackPlace = { apiUrl: deps.apiUrl ?? null, logger: createSlackLog(log) };
  const { botToken } = deps.slack;
  const forms = createClient(botToken, place);
  const messages = createClient(botToken, place);
  const own = learnOwnAccount(messages, log);
  const directory = createSlackDirectory({
    slack: createClient(botToken, place, DIRECTORY_TIMEOUT_MS),
    home: own.home,
    ...{ people: desk.people, store: desk.store, policy: desk.policy, clock: desk.clock, log },
  });
  const notifier = createSlackNotifier({ desk, cards, slack: messages, directory, log });
  const failure = Promise.withResolvers<never>();
  // Whoever waits for it hears of it; nobody waiting is no reason to die unheard.
  failure.promise.catch(() => undefined);
  const door = openDoor(deps, place, failure.reject);
  const app = createApp(place, door, own.authorize);
  const clicks = countClicks(app);
  answerWhateverBreaks(app, { slack: forms, log });
  const progress = createEndingProgress({ desk, slack: messages, log });
  registerAll(app, { desk, counter, slack: forms, directory, notifier, progress, log });
  const rounds = createRounds({ directory, cards, slack: messages, log, policy: desk.policy, clock: desk.clock });
  return {
    ...{ notifier, directory, failed: failure.promise, port: door.port },
    start: async () => {
      await own.learn();
      await app.start();
      rounds.start();
    },
    stop: async () => {
      own.stop();
      rounds.stop();
      await Promise.all([progress.stop(), inTime(app.stop().then(clicks.settled), STOP_TIMEOUT_MS)]);
    },
  };
}

function openDoor({ slack, log }: BotDeps, place: SlackPlace, onLost: (cause: unknown) => void): Door {
  if ("appToken" in slack) return createSocketDoor({ appToken: slack.appToken, place, log, onLost });
  return createHttpDoor({ signingSecret: slack.signingSecret, port: slack.port, place });
}

/** Bolt's own clients and states stay unused: it gives its clients retries of its own and changes what it is given. */
function createApp(place: SlackPlace, door: Door, authorize: ReturnType<typeof learnOwnAccount>["authorize"]): App {
  return new App({
    receiver: door.receiver,
    authorize,
    logger: place.logger,
    clientOptions: clientOptions(place),
    convoStore: false,
    ignoreSelf: true,
    attachFunctionToken: false,
  });
}

function registerAll(app: App, parts: BotParts): void {
  registerRequestAccess(app, parts);
  registerAskAnew(app, parts);
  registerWithdrawRequest(app, parts);
  registerDecideAccess(app, parts);
  registerReviewPass(app, parts);
  registerEndAccess(app, parts);
  registerEndMany(app, parts);
  registerGetKubeconfig(app, parts);
}

/** Counts clicks being answered, so that stopping can wait for them. */
function countClicks(app: App): { settled(): Promise<void> } {
  const open = new Set<Promise<void>>();
  const process = app.processEvent.bind(app);
  app.processEvent = (event) => {
    const answered = process(event).finally(() => open.delete(answered));
    open.add(answered);
    return answered;
  };
  return {
    settled: async () => {
      await Promise.allSettled([...open]);
    },
  };
}
