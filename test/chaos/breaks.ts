/** What breaks on the way to Redis, to the cluster and to Slack, with what mends it and what shows it. */
import type { Fault } from "../workbench/fault-proxy-faults.ts";
import type { FaultInput } from "../workbench/slack/faults.ts";
import type { CaseStage } from "./case.ts";
import { clusterIsDeaf, redisAnswers, redisIsSlow, slackIsCalled } from "./evidence.ts";
import type { Break } from "./fault-case.ts";

const lines = (act: "hang" | "heal") => (stage: CaseStage) =>
  Promise.all(stage.lane.slots().map(({ redis }) => redis[act]()));
const slow = (ms: number) => (stage: CaseStage) => stage.lane.slots().map(({ redis }) => redis.slow(ms));
const say = (command: string) => (stage: CaseStage) => stage.lane.redis.ask(command);

export const redisDead: Break = {
  breaks: ({ lane }) => lane.redis.kill(),
  mends: ({ lane }) => lane.redis.restart(),
  met: redisAnswers("PING", /^closed$/),
};
export const redisFrozen: Break = {
  breaks: ({ lane }) => lane.redis.pause(),
  mends: ({ lane }) => lane.redis.resume(),
  met: redisAnswers("PING", /^nothing$/),
};
export const redisSilent: Break = {
  breaks: lines("hang"),
  mends: lines("heal"),
  met: redisAnswers("PING", /^nothing$/),
};

/** Takes milliseconds that each piece takes each way. */
export function redisSlow(ms: number): Break {
  // One's own question, there and back, must take as long; where a delay is longer than one waits, it is nothing.
  return { breaks: slow(ms), mends: slow(0), met: redisIsSlow(2 * ms) };
}

/** Takes what Redis is told, what takes it back, and a question whose answer shows it. */
export function redisTold(told: string, back: string, question: string, answer: RegExp): Break {
  return { breaks: say(told), mends: say(back), met: redisAnswers(question, answer) };
}

/** Takes faults; has every call of a worker to its cluster that fits meet them. */
export function clusterPlays(...faults: readonly Fault[]): Break {
  const met = new Map<CaseStage, { readonly met: readonly { readonly method: string; readonly path: string }[] }[]>();
  return {
    breaks: (stage) => {
      const played = stage.lane.workers.flatMap(({ cluster }) => faults.flatMap((fault) => cluster?.play(fault) ?? []));
      met.set(stage, played);
    },
    mends: ({ lane }) => Promise.all(lane.workers.map(({ cluster }) => cluster?.heal())),
    met: async (stage) => {
      const call = met.get(stage)?.flatMap((one) => one.met)[0];
      return call === undefined ? null : `${call.method} ${call.path.slice(0, 80)} meets it`;
    },
  };
}

export const clusterRefuses: Break = {
  breaks: ({ lane }) => Promise.all(lane.workers.map(({ cluster }) => cluster?.refuse())),
  mends: ({ lane }) => Promise.all(lane.workers.map(({ cluster }) => cluster?.heal())),
  met: clusterIsDeaf,
};

/** Every call that a bot makes on its line to Slack. */
const ANY_CALL = /^(post|edit|show|ack|views\.|users\.|conversations\.|usergroups\.|apps\.|chat\.)/;

/** Takes what Slack does to calls. */
export function slackPlays(input: FaultInput): Break {
  return {
    breaks: ({ lane }) => lane.slack.fault(input),
    mends: ({ lane }) => lane.slack.clearFaults(),
    met: slackIsCalled(input.method === "chat.postMessage" ? /^post / : ANY_CALL),
  };
}

export const slackFrozen: Break = {
  breaks: ({ lane }) => lane.slackProcess().signal("SIGSTOP"),
  mends: ({ lane }) => lane.slackProcess().signal("SIGCONT"),
  met: slackIsCalled(ANY_CALL),
};

/** The only worker, or both of them, are not there. */
export const workersDead: Break = {
  breaks: async (stage) => {
    for (const slot of stage.lane.workers) {
      const lived = slot.child() !== null;
      await slot.kill();
      if (lived) stage.say(`${slot.name} is killed`);
    }
  },
  mends: async ({ lane, replicas }) => {
    for (const slot of lane.workers.slice(0, replicas)) await slot.start();
  },
  met: async ({ lane }) => (lane.workers.every((slot) => slot.child() === null) ? "no worker lives" : null),
};
