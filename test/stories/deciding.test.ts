import { expect, it } from "vitest";
import { ACTIONS } from "../../src/bot/names.ts";
import { useJourney } from "../workbench/for-tests.ts";
import { ask, buttonIn, cardSeenBy, messageWith } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";

const journey = useJourney({ namespaces: ["deciding"] });

const who = (name: keyof typeof northwind): PersonInSlack => journey.current.slack.as(northwind[name]);

/** Asks and returns the card, as an approver sees it. */
async function cardOf(asker: PersonInSlack, name: string, reason: string) {
  await ask(asker, { namespaces: ["deciding"], profile: "logs", duration: "30m", reason });
  return cardSeenBy(who("ana"), (message) => message.text.includes(name) && buttonIn(message, ACTIONS.approve));
}

async function grantNames(): Promise<readonly string[]> {
  const { stdout } = await journey.current.kubernetes.kubectl(["get", "accessgrants", "-o", "name"]);
  return stdout.split("\n").filter((line) => line !== "");
}

/** Ends what a test left active, so that the next one starts with nothing. */
async function endAll(holder: PersonInSlack, card: { ts: string }) {
  await holder.press(await messageWith(holder, ACTIONS.done), ACTIONS.done);
  await holder.submit().catch(() => undefined);
  await cardSeenBy(who("ana"), (message) => message.ts === card.ts && message.text.includes("Ended"));
}

it("P6 · who asked cannot decide, although the policy names them as an approver", async () => {
  const card = await cardOf(who("ana"), "Ana", "Looking at the restart loop in api");

  await who("ana").press(card, ACTIONS.approve);

  const words = await who("ana").waitForEphemeral(channels.approvers);
  expect(words.text).toContain("You asked for this one, so somebody else has to decide");
  expect(await grantNames()).toEqual([]);
  await who("ana").press(await messageWith(who("ana"), ACTIONS.withdraw), ACTIONS.withdraw);
  await cardSeenBy(who("ben"), (message) => message.ts === card.ts && message.text.includes("Withdrawn"));
});

it("P6 · somebody in the channel whom the policy does not name can see it and not decide it", async () => {
  const card = await cardOf(who("lena"), "Lena", "Reading logs to find the restart loop");

  await who("sam").press(card, ACTIONS.approve);
  await who("noor").press(card, ACTIONS.approve);

  expect((await who("sam").waitForEphemeral(channels.approvers)).text).toContain("You can see it, not decide it");
  expect((await who("noor").waitForEphemeral(channels.approvers)).text).toContain("You can see it, not decide it");
  expect(await grantNames()).toEqual([]);
  await who("ben").press(card, ACTIONS.deny);
  await who("ben").waitForView();
  await who("ben").submit({ deny_why: "Ask again with the ticket, please" });
  const denied = await cardSeenBy(
    who("ana"),
    (message) => message.ts === card.ts && message.text.includes("Denied by Ben"),
  );
  expect(buttonIn(denied, ACTIONS.approve)).toBe(false);
});

it("P6 · a modal's submit is judged again: what was decided while it stood open stays decided", async () => {
  const card = await cardOf(who("lena"), "Lena", "Reading logs, with two approvers at it");
  await who("ben").press(card, ACTIONS.deny);
  await who("ben").waitForView();
  await who("ana").press(card, ACTIONS.approve);

  await who("ben").submit({ deny_why: "Too late, as it turns out" });

  const active = await cardSeenBy(
    who("ana"),
    (message) => message.ts === card.ts && message.text.includes("Active until"),
  );
  expect(active.text).toContain("Approved by Ana Ruiz");
  expect(await grantNames()).toHaveLength(1);
  await who("ben").close(true);
  await endAll(who("lena"), card);
});

it("P5 · fifty clicks side by side are one decision and one grant", async () => {
  const { kubernetes } = journey.current;
  const card = await cardOf(who("lena"), "Lena", "Fifty clicks on one and the same card");

  const clicks = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      who(i % 2 === 0 ? "ana" : "ben").press(card, ACTIONS.approve, { stale: true }),
    ),
  );

  expect(clicks.filter((click) => !click.acked)).toEqual([]);
  await cardSeenBy(who("ana"), (message) => message.ts === card.ts && message.text.includes("Active until"));
  expect(await grantNames()).toHaveLength(1);
  const created = (await kubernetes.readAudit()).filter(
    (event) =>
      event.verb === "create" && event.objectRef?.resource === "accessgrants" && event.responseStatus?.code === 201,
  );
  const names = created.map((event) => (event.responseObject as { metadata: { name: string } }).metadata.name);
  expect(new Set(names).size).toBe(names.length);
  await endAll(who("lena"), card);
});

it("P5 · a click that was answered survives a bot killed in the same moment", async () => {
  const { installation, bot, slack } = journey.current;
  const card = await cardOf(who("lena"), "Lena", "The bot dies right after the click");
  const click = await who("ana").press(card, ACTIONS.approve);
  bot.signal("SIGKILL");
  await bot.exited;

  await installation.startBot();
  await slack.waitForConnection();

  expect(click.acked).toBe(true);
  await cardSeenBy(who("ana"), (message) => message.ts === card.ts && message.text.includes("Active until"));
  await endAll(who("lena"), card);
});

it("P3 · active is said after the grant's own identity was tried, and by that identity alone", async () => {
  const { kubernetes, slack } = journey.current;
  const card = await cardOf(who("lena"), "Lena", "When exactly does the card say active");
  await who("ana").press(card, ACTIONS.approve);
  await cardSeenBy(who("ana"), (message) => message.ts === card.ts && message.text.includes("Active until"));
  const [name = ""] = (await grantNames()).map((line) => line.split("/").at(-1) ?? "");

  const proofs = (await kubernetes.readAudit()).filter(
    (event) => event.objectRef?.resource === "selfsubjectaccessreviews",
  );
  const own = proofs.filter((event) => event.user.username === `system:serviceaccount:daypass-grants:${name}`);
  const said = (await slack.calls("chat.update")).filter((call) => {
    const body = JSON.stringify(call.body);
    return body.includes(card.ts) && body.includes("Active until");
  });

  expect(own.length).toBeGreaterThan(0);
  expect(said[0]?.at).toBeGreaterThanOrEqual(Math.max(...own.map((event) => Date.parse(event.stageTimestamp))));
  await endAll(who("lena"), card);
});

it("only the worker writes what a grant is made of, never an admin", async () => {
  const audit = await journey.current.kubernetes.readAudit();
  const own = new Set(
    audit
      .filter(
        ({ verb, objectRef }) =>
          verb === "create" && objectRef?.resource === "rolebindings" && objectRef.namespace === "deciding",
      )
      .flatMap(
        ({ responseObject }) => (responseObject as { metadata?: { name?: string } } | undefined)?.metadata?.name ?? [],
      )
      .filter((name) => name !== "daypass-worker-target"),
  );

  const writes = audit.filter(({ verb, objectRef, responseObject }) => {
    const name =
      objectRef?.name ?? (responseObject as { metadata?: { name?: string } } | undefined)?.metadata?.name ?? "";
    // A delivery's Secret is called after its grant.
    return ["create", "update", "patch"].includes(verb) && [...own].some((grant) => name.startsWith(grant));
  });
  const writers = new Map(writes.map(({ user, objectRef }) => [user.username, objectRef?.resource]));

  expect(own.size).toBeGreaterThan(0);
  expect(writers.get("system:serviceaccount:daypass-system:worker")).toBeDefined();
  writers.delete("system:serviceaccount:daypass-system:worker");
  // Writes the timer's status: the switch itself.
  writers.delete("system:serviceaccount:kube-system:job-controller");
  expect([...writers]).toEqual([]);
});
