import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, VIEWS } from "../../src/bot/names.ts";
import { verifyLedger } from "../../src/jobs/ledger-segments.ts";
import { useJourney } from "../workbench/for-tests.ts";
import { ask, buttonIn, cardSeenBy, getKubeconfig, messageWith } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import { firstRefusal } from "../workbench/refusals.ts";

const journey = useJourney({ namespaces: ["ending-a", "ending-b"] });

function people() {
  const { slack } = journey.current;
  return {
    lena: slack.as(northwind.lena),
    ana: slack.as(northwind.ana),
    noor: slack.as(northwind.noor),
    eve: slack.as(northwind.eve),
  };
}

/** Asks as Lena, approves as Ana, and returns Lena's kubeconfig and the end by Ana's clock. */
async function lend(duration: string, reason: string) {
  const { lena, ana } = people();
  await ask(lena, { namespaces: ["ending-a", "ending-b"], profile: "logs", duration, reason });
  const card = await cardSeenBy(ana, (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve));
  const before = Date.now();
  await ana.press(card, ACTIONS.approve);
  await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));
  const { text } = await getKubeconfig(lena);
  await lena.close(true);
  return { card, kubeconfig: text, before };
}

async function grantObjects() {
  const kinds = "accessgrants,jobs,serviceaccounts,secrets,rolebindings";
  const { stdout } = await journey.current.kubernetes.kubectl([
    "get",
    kinds,
    "-A",
    "-l",
    "daypass.dev/grant",
    "-o",
    "name",
  ]);
  return stdout;
}

it("P1 · access in every namespace is refused within a second of its end, and the card says so", async () => {
  const { ana } = people();
  const { card, kubeconfig, before } = await lend("15s", "A pass that ends by itself, in both namespaces");
  const earliest = Math.floor(before / 1000) * 1000 + 15_000;

  const refusals = await Promise.all(
    ["ending-a", "ending-b"].map((namespace) => firstRefusal(kubeconfig, `/api/v1/namespaces/${namespace}/pods/api-0`)),
  );

  for (const { at } of refusals) expect(at).toBeGreaterThanOrEqual(earliest);
  // The yes may have come up to a second after `before`; the end is on a whole second.
  for (const { at } of refusals) expect(at).toBeLessThan(earliest + 2_000);
  const ended = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Ended"));
  expect(ended.text).toMatch(/Refused .* later, proven/);
  const summary = await ana.waitForMessage(
    channels.approvers,
    (message) => message.threadTs === card.ts && message.text.includes("Summary"),
  );
  expect(summary.text).toContain("ended on time");
  expect(await grantObjects()).toBe("");
});

it("P1 · a worker that was dead at the end leaves nothing: the next one ends it", async () => {
  const { installation, worker } = journey.current;
  const { ana } = people();
  const { card, kubeconfig } = await lend("12s", "The worker dies before the end of this one");
  worker.signal("SIGKILL");
  await worker.exited;

  // The cluster's own timer takes the identity meanwhile.
  await firstRefusal(kubeconfig, "/api/v1/namespaces/ending-a/pods/api-0");
  await installation.startWorker();

  const ended = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Ended"));
  expect(ended.text).toContain("proven");
  expect(await grantObjects()).toBe("");
});

it("P3 · ended is said after the bindings are gone and the cluster itself said no", async () => {
  const { kubernetes, slack } = journey.current;
  const { ana, lena } = people();
  const { card } = await lend("30m", "Handed back early by who holds it");
  await lena.press(await messageWith(lena, ACTIONS.done), ACTIONS.done);
  const confirm = await lena.view();
  if (confirm?.callback_id === VIEWS.confirmEnd) await lena.submit();

  await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Ended"));

  const saidAt =
    (await slack.calls("chat.update")).filter((call) => JSON.stringify(call.body).includes("Ended ")).at(-1)?.at ?? 0;
  const audit = await kubernetes.readAudit();
  const proofs = audit.filter(
    (event) =>
      event.objectRef?.resource === "subjectaccessreviews" &&
      event.user.username === "system:serviceaccount:daypass-system:worker",
  );
  const lastProof = Math.max(...proofs.map((event) => Date.parse(event.stageTimestamp)));
  expect(proofs.length).toBeGreaterThan(0);
  expect(saidAt).toBeGreaterThanOrEqual(lastProof);
});

it("on-call ends a pass at once; somebody without a part in it gets one sentence and no list", async () => {
  const { ana, noor, eve } = people();
  const { card, kubeconfig } = await lend("30m", "Ended by on-call in the middle of the night");

  await eve.command(channels.requests, COMMANDS.revoke);
  const sentence = await eve.waitForEphemeral(channels.requests);
  await noor.command(channels.onCall, COMMANDS.revoke);
  await noor.waitForView((view) => view.callback_id === VIEWS.chooseGrant);
  await noor.submit();
  await noor.waitForView((view) => view.callback_id === VIEWS.confirmEnd);
  await noor.submit({ end_why: "Seen from an address we do not know" });

  expect(sentence.text).not.toContain("Lena");
  expect(await eve.view()).toBeUndefined();
  await firstRefusal(kubeconfig, "/api/v1/namespaces/ending-a/pods/api-0");
  const ended = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Ended"));
  expect(ended.text).toContain("Noor Haddad ended it: Seen from an address we do not know");
  expect(await grantObjects()).toBe("");
});

it("the ledger holds the whole story in an unbroken chain", async () => {
  const check = await verifyLedger(journey.current.installation.ledger);

  expect(check).toMatchObject({ ok: true });
});
