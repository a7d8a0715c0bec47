/** Evidence that what a case breaks was broken for the process that it is broken for. Each returns null where it was not. */
import { connect } from "node:net";
import type { CaseStage } from "./case.ts";
import type { Slot } from "./slot.ts";

const PATIENCE_MS = 800;

/** Takes a stage; returns whose lines are looked at: those of all that run, of the sides that were asked for. */
function running({ lane, replicas }: CaseStage): readonly Slot[] {
  return [...lane.workers.slice(0, replicas), ...lane.bots.slice(0, replicas)];
}

/** Takes what a worker's line to Redis must answer to a command; returns what asks it, on that very line. */
export function redisAnswers(command: string, fits: RegExp) {
  return async (stage: CaseStage): Promise<string | null> => {
    const [slot] = running(stage);
    if (slot === undefined) return null;
    const answer = await askRedis(slot, command);
    return fits.test(answer) ? `${slot.name}'s line to Redis answers ${command}: ${answer.slice(0, 60)}` : null;
  };
}

/** Takes a number of milliseconds; returns what sees whether a worker's line to Redis is at least so slow. */
export function redisIsSlow(ms: number) {
  return async (stage: CaseStage): Promise<string | null> => {
    const since = performance.now();
    const found = await redisAnswers("PING", /PONG/)(stage);
    const took = Math.round(performance.now() - since);
    return found !== null && took >= ms ? `${found}, after ${took} ms` : null;
  };
}

/** Takes a process's place and a command; returns what its own line to Redis answers, `closed` or `nothing`. */
export function askRedis({ redis }: Slot, command: string): Promise<string> {
  return askLine(Number(new URL(redis.url).port), command);
}

/** Whether nobody listens where a worker looks for its cluster. */
export async function clusterIsDeaf(stage: CaseStage): Promise<string | null> {
  const [slot] = stage.lane.workers;
  return (await isDeaf(slot)) ? `nobody listens on ${slot.name}'s line to its cluster` : null;
}

/** Takes a worker's place; returns whether nobody listens where it looks for its cluster. */
export async function isDeaf({ cluster }: Slot): Promise<boolean> {
  return (await askLine(Number(new URL(cluster?.server ?? "").port), "")) === "closed";
}

/** Takes what a call to Slack must be named (see name-calls.ts); returns what sees whether a bot made one since it broke. */
export function slackIsCalled(call: RegExp) {
  return async ({ lane }: CaseStage, since: number): Promise<string | null> => {
    const met = lane.notes.all().find(({ at, who, what }) => at >= since && who.startsWith("bot") && call.test(what));
    return met === undefined ? null : `${met.who} calls “${met.what}”`;
  };
}

/** Returns `closed`, `nothing` where no answer comes in time, or the answer. An empty command only connects. */
function askLine(port: number, command: string): Promise<string> {
  const answered = Promise.withResolvers<string>();
  const socket = connect({ port, host: "127.0.0.1" }, () => void (command !== "" && socket.write(`${command}\r\n`)));
  const timer = setTimeout(() => answered.resolve("nothing"), PATIENCE_MS);
  socket.on("data", (piece) => answered.resolve(piece.toString().trim()));
  socket.on("error", () => answered.resolve("closed"));
  socket.on("close", () => answered.resolve("closed"));
  return answered.promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
