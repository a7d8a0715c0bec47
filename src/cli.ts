#!/usr/bin/env node
import { spawn } from "node:child_process";
import { ConfigError } from "./config.ts";
import { FileFaults } from "./fault.ts";

const USAGE = `daypass: just-in-time Kubernetes access, from Slack

  daypass bot       talk to Slack; holds no cluster credential
  daypass worker    make and end access; holds no Slack token
  daypass start     both, as children of one process (small installs)
  daypass policy    lint, explain, test and diff a policy (daypass policy --help)

Settings come from the environment: docs/operating.md lists them.`;

/** client-node's undici needs 22.19, and TypeScript runs without a build from 22.18: below, imports die unexplained. */
const OLDEST_NODE = [22, 19] as const;

const [, , command, ...rest] = process.argv;
process.exitCode = await run(command, rest);

async function run(name: string | undefined, args: readonly string[]): Promise<number> {
  if (isTooOld(process.versions.node)) {
    console.error(
      `daypass needs Node ${OLDEST_NODE.join(".")} or later; this is ${process.versions.node}. Run it as: npx daypass`,
    );
    return 2;
  }
  if (name === "help" || name === "--help") return say(USAGE);
  if (name === "policy") return runPolicy(args);
  if (name === undefined) return misuse("no command");
  if (args.length > 0) return misuse(`no such argument: ${args[0]}`);
  if (name === "start") return runBoth();
  return name === "bot" || name === "worker" ? runPart(name) : misuse(`no such command: ${name}`);
}

async function runPart(name: "bot" | "worker"): Promise<number> {
  try {
    const main = await import("./main.ts");
    return await (name === "bot" ? main.runBot() : main.runWorker());
  } catch (fault) {
    if (!(fault instanceof ConfigError || fault instanceof FileFaults)) throw fault;
    console.error(fault.message);
    return 2;
  }
}

async function runPolicy(args: readonly string[]): Promise<number> {
  const { runPolicyCommand } = await import("./policy/command.ts");
  return runPolicyCommand(args, { say: console.log, complain: console.error }, Date.now());
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

function say(words: string): number {
  console.log(words);
  return 0;
}

function misuse(fault: string): number {
  console.error(`daypass: ${fault}\n\n${USAGE}`);
  return 2;
}

/** Bot and worker side by side: either's end ends the other, so that a supervisor restarts both. */
async function runBoth(): Promise<number> {
  const children = ["bot", "worker"].map((name) =>
    spawn(process.execPath, [import.meta.filename, name], { stdio: "inherit" }),
  );
  const stop = (signal: NodeJS.Signals) => {
    for (const child of children) child.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop(signal));
  const codes = await Promise.all(
    children.map(
      (child) =>
        new Promise<number>((resolve) =>
          child.once("exit", (code) => {
            stop("SIGTERM");
            resolve(code ?? 1);
          }),
        ),
    ),
  );
  return Math.max(...codes);
}
