import { setTimeout as pause } from "node:timers/promises";
import { ACTIONS, COMMANDS, VIEWS } from "../../src/bot/names.ts";
import { verifyLedger } from "../../src/jobs/ledger-segments.ts";
import { buttonIn, cardSeenBy, fillAndSubmit, messageWith } from "../workbench/journey.ts";
import type { KubectlResult } from "../workbench/kubernetes/kubectl.ts";
import { channels } from "../workbench/northwind.ts";
import { type Cast, PASS_SECONDS, wish } from "./cast.ts";
import { expect } from "./steps.ts";

/** Longer than any bound that a demo may need: promise P1 says one second. */
const REFUSAL_PATIENCE_MS = 5_000;

/** Stops what ends access: the worker by a signal, and the cluster's own timer by leaving its controller out. */
export async function breakTheEnd({ bench, stage }: Cast): Promise<void> {
  await bench.kubernetes.startControllerManager({ without: ["ttl-after-finished-controller"] });
  stage.worker.signal("SIGSTOP");
  console.log("\n      BREAK=end: the worker is stopped by a signal, and the cluster's own timer does not run");
}

/** Takes when Ana said yes and a kubectl that runs as Lena; plays the end and what Slack says of it. */
export async function playEnd(
  { play, people }: Cast,
  approvedAt: number,
  asLena: (...args: string[]) => Promise<KubectlResult>,
) {
  const end = Math.floor(approvedAt / 1000) * 1000 + PASS_SECONDS * 1000;
  await play.step(`At the end, ${PASS_SECONDS} s after the yes, access is refused`, async (say) => {
    await pause(Math.max(0, end - Date.now() - 1_000));
    const before = await asLena("get", "pod", "api-0");
    expect(before.code === 0 || Date.now() >= end, `refused before the end: ${before.stderr}`);
    for (;;) {
      const { code, stderr } = await asLena("get", "pod", "api-0");
      const late = `${((Date.now() - end) / 1000).toFixed(1)} s after the end`;
      if (code !== 0) return say("$ kubectl -n payments get pod api-0", stderr, `seen from outside ${late}`);
      expect(Date.now() - end < REFUSAL_PATIENCE_MS, `kubectl still works ${late}`);
    }
  });
  await play.step("The card says ended with the lag that was measured, and its thread has the summary", async (say) => {
    const ended = await cardSeenBy(people.ana, (message) => message.text.includes("Ended"));
    const summary = await people.ana.waitForMessage(channels.approvers, (message) => message.text.includes("Summary"));
    expect(summary.threadTs === ended.ts, "the summary is not in the card's thread");
    say(ended.text, summary.text);
  });
}

/** A second pass, ended by on-call, and what is left of both. */
export async function playRevoking({ play, people, bench, stage }: Cast): Promise<void> {
  await play.step("Omar, who may not type commands, asks by the button and gets a second pass", async (say) => {
    const entry = await people.omar.waitForMessage(channels.requests, (message) =>
      buttonIn(message, ACTIONS.requestAccess),
    );
    await people.omar.press(entry, ACTIONS.requestAccess);
    await fillAndSubmit(people.omar, {
      ...wish,
      duration: "30m",
      reason: "Looking at the same restart loop from our side",
    });
    await people.ana.press(
      await cardSeenBy(people.ana, (message) => buttonIn(message, ACTIONS.approve)),
      ACTIONS.approve,
    );
    say((await messageWith(people.omar, ACTIONS.getKubeconfig)).text);
  });
  await play.step("Noor, on call, ends it at once with /k8s-revoke", async (say) => {
    await people.noor.command(channels.onCall, COMMANDS.revoke);
    await people.noor.waitForView((view) => view.callback_id === VIEWS.chooseGrant);
    await people.noor.submit();
    await people.noor.waitForView((view) => view.callback_id === VIEWS.confirmEnd);
    await people.noor.submit({ end_why: "Seen from an address we do not know" });
    const isEnd = (message: { text: string }) => message.text.includes("Omar") && message.text.includes("Ended");
    say((await cardSeenBy(people.ana, isEnd)).text);
  });
  await play.step("Nothing is left behind, and the history is whole", async (say) => {
    const all = ["get", "accessgrants,jobs,serviceaccounts,secrets,rolebindings", "-A", "-l", "daypass.dev/grant"];
    const left = await bench.kubernetes.kubectl(all);
    say(`$ kubectl ${all.join(" ")}`, left.stdout + left.stderr);
    expect(left.stdout === "", "something is left");
    const ledger = await verifyLedger(stage.installation.ledger);
    expect(ledger.ok, `the ledger's chain is broken: ${JSON.stringify(ledger)}`);
    say(`ledger: ${ledger.lines} lines, each holding the hash of the one before`);
  });
}
