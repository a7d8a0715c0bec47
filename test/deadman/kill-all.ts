import { connect } from "node:net";
import type { SlackDouble } from "../workbench/slack-double.ts";
import type { Workbench } from "../workbench/workbench.ts";
import { say } from "./transcript.ts";

/** What is of the cluster, and lives on: a cluster without Daypass has all of these. */
const CLUSTER = /^(etcd|kube-apiserver|kube-controller-manager|kwok)$/;

/**
 * Kills bot, worker, Redis and Slack's double with SIGKILL, for good, and checks that they are gone: no process, no
 * port. What the cluster is made of lives on.
 */
export async function killAll({ guardian, redis }: Workbench, slack: SlackDouble): Promise<void> {
  const doomed = guardian.children().filter(({ name }) => !CLUSTER.test(name));
  const names = doomed.map(({ name }) => name.replace(/^slack-double-.*/, "Slack's double").replace(/-\d+$/, ""));
  const missed = ["bot", "worker", "redis", "Slack's double"].filter((name) => !names.includes(name));
  if (missed.length > 0) throw new Error(`not there to be killed: ${missed.join(", ")}`);
  for (const child of doomed) child.signal("SIGKILL");
  const exits = await Promise.all(doomed.map(({ exited }) => exited));
  say(`killed by SIGKILL: ${names.map((name, i) => `${name} (${exits[i]?.signal ?? exits[i]?.code})`).join(", ")}`);

  const alive = doomed.filter(({ pid }) => isAlive(pid)).map(({ name }) => name);
  const ports = [redis.port, Number(new URL(slack.url).port)];
  const open = (await Promise.all(ports.map(isOpen))).filter(Boolean).length;
  if (alive.length + open > 0) throw new Error(`${alive.join(", ") || "no process"} and ${open} ports live on`);
  const left = guardian.children().map(({ name }) => name);
  say(`dead: no such processes, Redis's and Slack's ports are closed; what runs is ${left.join(", ")}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
