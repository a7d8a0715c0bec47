import { ACTIONS } from "../../src/bot/names.ts";
import {
  ask,
  buttonIn,
  cardSeenBy,
  fillAndSubmit,
  getKubeconfig,
  messageWith,
  saveKubeconfig,
} from "../workbench/journey.ts";
import { channels } from "../workbench/northwind.ts";
import { type Cast, wish } from "./cast.ts";
import { expect } from "./steps.ts";

/** From the slash command to the card. */
export async function playAsking({ play, people }: Cast): Promise<void> {
  await play.step("Lena, a guest, types /k8s-access; a mistake comes back on its field", async (say) => {
    const { errors = {} } = await ask(people.lena, { ...wish, duration: "1h banana" });
    expect(Object.keys(errors).length === 1, `expected one field error, saw ${JSON.stringify(errors)}`);
    say(...Object.values(errors));
  });
  await play.step("She mends it and asks", async (say) => {
    const sent = await fillAndSubmit(people.lena, wish);
    expect(sent.acked && sent.errors === undefined, `not sent: ${JSON.stringify(sent)}`);
    say((await messageWith(people.lena, ACTIONS.withdraw)).text);
  });
  await play.step("A card appears in #payments-approvers, with Approve and Deny", async (say) => {
    const card = await cardSeenBy(people.ana, (message) => buttonIn(message, ACTIONS.approve));
    expect(buttonIn(card, ACTIONS.deny), "there is no Deny");
    say(card.text);
  });
}

/** From the first click to a proven grant. Returns when Ana said yes. */
export async function playDeciding({ play, people, bench }: Cast): Promise<number> {
  const card = await cardSeenBy(people.ana, (message) => buttonIn(message, ACTIONS.approve));
  await play.step("Sam, whom the policy does not name, cannot decide", async (say) => {
    await people.sam.press(card, ACTIONS.approve);
    say((await people.sam.waitForEphemeral(channels.approvers)).text);
  });
  const approvedAt = await play.step(
    "Ana approves; Ben's click a moment later gets a sentence, not a second pass",
    async (say) => {
      const at = Date.now();
      await people.ana.press(card, ACTIONS.approve);
      await people.ben.press(card, ACTIONS.approve, { stale: true });
      say((await people.ben.waitForEphemeral(channels.approvers)).text);
      return at;
    },
  );
  await play.step("Slack says active after the grant's own identity was tried", async (say) => {
    const active = await cardSeenBy(people.ana, (message) => message.text.includes("Active until"));
    const reviews = (await bench.kubernetes.readAudit())
      .filter((event) => event.objectRef?.resource === "selfsubjectaccessreviews")
      .filter((event) => event.user.username.startsWith("system:serviceaccount:daypass-grants:g-"));
    expect(reviews.length > 0, "the audit log has no review made under the grant's own name");
    say(active.text, `${reviews.length} reviews as ${reviews[0]?.user.username ?? ""}`);
  });
  await play.step("The cluster alone says who may do what, until when, by whose leave", async (say) => {
    const grants = await bench.kubernetes.kubectl(["get", "accessgrants"]);
    expect(grants.stdout.includes("lena"), "kubectl get accessgrants does not show it");
    const owned = ["get", "jobs,serviceaccounts", "-n", "daypass-grants", "-l", "daypass.dev/grant"];
    say(
      "$ kubectl get accessgrants",
      grants.stdout,
      "",
      `$ kubectl ${owned.join(" ")}`,
      (await bench.kubernetes.kubectl(owned)).stdout,
    );
  });
  return approvedAt;
}

/** From Get kubeconfig to what kubectl may do. Returns a kubectl that runs as Lena. */
export async function playUsing({ play, people, bench, stage }: Cast) {
  const kubeconfig = await play.step(
    "Lena presses Get kubeconfig; a modal shows it, once, to her alone",
    async (say) => {
      const { text } = await getKubeconfig(people.lena);
      say(text.replaceAll(/(token|certificate-authority-data): .*/g, "$1: …"));
      return saveKubeconfig(stage.folder, "daypass-prod.yaml", text);
    },
  );
  const asLena = (...args: string[]) => bench.kubernetes.kubectl(["-n", "payments", ...args], { kubeconfig });
  await play.step("kubectl get pods works", async (say) => {
    const pods = await asLena("get", "pods");
    expect(pods.code === 0 && pods.stdout.includes("api-0"), pods.stderr);
    say("$ kubectl -n payments get pods", pods.stdout);
  });
  await play.step("kubectl logs shows lines that the pod wrote", async (say) => {
    const logs = await asLena("logs", "api-0", "--tail=3");
    expect(logs.code === 0 && logs.stdout.trim() !== "", logs.stderr);
    say("$ kubectl -n payments logs api-0 --tail=3", logs.stdout);
  });
  await play.step("All the rest is refused", async (say) => {
    for (const args of [
      ["-n", "payments", "get", "secrets"],
      ["-n", "payments", "delete", "pod", "api-0"],
      ["-n", "default", "get", "pods"],
    ]) {
      const { stderr } = await bench.kubernetes.kubectl(args, { kubeconfig });
      say(`$ kubectl ${args.join(" ")}`, stderr);
      expect(stderr.includes("Forbidden"), "this is not refused");
    }
  });
  return asLena;
}
