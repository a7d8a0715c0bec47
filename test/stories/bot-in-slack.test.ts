import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, FIELDS, OTHER_DURATION, VIEWS } from "../../src/bot/names.ts";
import { ask, buttonIn, cardSeenBy, fillAndSubmit, getKubeconfig, messageWith } from "../workbench/journey.ts";
import { channels } from "../workbench/northwind.ts";
import { LOGS_WISH, useSlack } from "./bot-slack.ts";
import { startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;

it("the whole way in words: asked, approved, ready, kubeconfig, handed back, summary", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana, ben] = [who("lena"), who("ana"), who("ben")];

  await lena.command(channels.requests, COMMANDS.access);
  const form = await lena.waitForView((view) => view.callback_id === VIEWS.request);
  expect(JSON.stringify(form.blocks)).toContain(
    "Goes to payments approvers. One yes needed. At most 4 h; your contract ends 31 Dec 2099.",
  );
  await fillAndSubmit(lena, LOGS_WISH);
  const asked = await messageWith(lena, ACTIONS.withdraw);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  await ana.press(card, ACTIONS.approve);
  await ben.press(card, ACTIONS.approve, { stale: true });
  const late = await ben.waitForEphemeral(channels.approvers);
  const ready = await messageWith(lena, ACTIONS.getKubeconfig);
  const active = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));
  const first = await getKubeconfig(lena);
  await lena.close(true);
  const second = await getKubeconfig(lena);
  await lena.close(true);
  await lena.press(ready, ACTIONS.done);
  const ended = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Ended"));
  const summary = await ana.waitForMessage(channels.approvers, (message) => message.text.includes("Summary"));
  await lena.waitForMessage(await lena.dm(), (message) => message.text.includes("no longer works"));

  expect(asked.text).toContain("Asked: Read logs in payments on prod for 30 min.");
  expect(card.text).toContain("Lena Fox (Acme, guest) asks for Read logs in payments on prod for 30 min.");
  expect(card.text).toContain("Pending. One yes needed, from payments approvers.");
  expect(late.text).toMatch(/Ana Ruiz approved this (just now|.* before you)\. Nothing more to do\./);
  expect(ready.text).toMatch(/Ready: Read logs in payments on prod until .* \(30 min left\)\./);
  expect(active.text).toMatch(/Active until .* \(30 min left\)\. Approved by Ana Ruiz\./);
  expect(buttonIn(active, ACTIONS.approve)).toBe(false);
  expect(JSON.stringify(first.view.blocks)).toContain("kubectl --kubeconfig daypass-prod.yaml -n payments get pods");
  expect(JSON.stringify(first.view)).not.toContain("no longer works");
  expect(JSON.stringify(second.view)).toContain("no longer works");
  expect(JSON.stringify(first.view)).not.toMatch(/action_id/);
  expect(first.view.submit).toBeFalsy();
  expect(stage.received).toHaveLength(2);
  expect(ended.text).toMatch(/Ended .* \(Lena Fox handed it back\)\. Refused .* later, proven\./);
  expect(summary.text).toMatch(
    /Asked by Lena Fox \(Acme, guest\), approved by Ana Ruiz\..*early\..*sends no audit events/,
  );
  const dm = await lena.messages(await lena.dm());
  const pressable = dm.flatMap((message) => JSON.stringify(message.blocks).match(/"action_id":"\w+"/g) ?? []);
  expect(pressable).toEqual([`"action_id":"${ACTIONS.askAgain}"`]);
  const token = /token: (\S+)/.exec(first.text)?.[1] ?? "none";
  expect(stage.logged.join("\n")).not.toContain(token);
  expect(stage.logged.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
  expect(await slack.double.oracle()).toEqual([]);
});

it("mistakes come back on their fields, a hostile reason is only text, and withdrawing clears the card", async () => {
  await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];

  const wrong = await ask(lena, { ...LOGS_WISH, duration: "1h banana", reason: "short" });
  const sent = await lena.submit({
    [FIELDS.otherDuration]: "45m",
    [FIELDS.reason]:
      "<!channel> *Approved by Ana* \u202Egnp.exe\u202C <https://evil.example|Approve> & more\n\n\n> quote",
  });
  const card = await cardSeenBy(
    ana,
    (message) => message.text.includes("for 45 min") && buttonIn(message, ACTIONS.approve),
  );
  await lena.press(await messageWith(lena, ACTIONS.withdraw), ACTIONS.withdraw);
  const withdrawn = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Withdrawn"));
  await ana.press(card, ACTIONS.approve, { stale: true });
  const late = await ana.waitForEphemeral(channels.approvers, (message) => message.text.includes("withdrew"));

  expect(wrong.errors).toEqual({
    [FIELDS.otherDuration]: "Write a time such as 45m, 2h or 1h30m.",
    [FIELDS.reason]: "Say what is broken and what you will do, in at least 10 letters or digits.",
  });
  expect(sent).toMatchObject({ acked: true });
  expect(sent.errors).toBeUndefined();
  expect(card.text).not.toContain("evil.example");
  expect(JSON.stringify(card.blocks)).toContain(
    "<!channel> *Approved by Ana* gnp.exe <https://evil.example|Approve> & more > quote",
  );
  expect(buttonIn(withdrawn, ACTIONS.approve)).toBe(false);
  expect(late.text).toMatch(/Lena Fox withdrew this (just now|.* before you)/);
  expect(await slack.double.oracle()).toEqual([]);
});

it("who may not decide is told why, and nothing is decided", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [ana, sam, lena] = [who("ana"), who("sam"), who("lena")];
  await ask(ana, { ...LOGS_WISH, reason: "Looking at the restart loop myself" });
  const card = await cardSeenBy(
    sam,
    (message) => message.text.includes("Ana Ruiz asks") && buttonIn(message, ACTIONS.approve),
  );

  await ana.press(card, ACTIONS.approve);
  await sam.press(card, ACTIONS.approve);
  await sam.press(card, ACTIONS.deny);
  const own = await ana.waitForEphemeral(channels.approvers, (message) => message.text.includes("somebody else"));
  const notTheirs = await sam.waitForEphemeral(channels.approvers);

  expect(own.text).toBe("You asked for this one, so somebody else has to decide.");
  expect(notTheirs.text).toBe("This one is for payments approvers. You can see it, not decide it.");
  expect(await sam.view()).toBeUndefined();
  expect((await stage.store.live()).grants).toEqual([]);
  expect(await lena.view()).toBeUndefined();
});

it("a no with its reason reaches the asker and the thread", async () => {
  await startBotStage({ double: slack.double });
  const [lena, ben] = [who("lena"), who("ben")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ben, (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve));

  await ben.press(card, ACTIONS.deny);
  await ben.waitForView((view) => view.callback_id === VIEWS.deny);
  await ben.submit({ deny_why: "The deploy is rolled back already" });

  const denied = await lena.waitForMessage(await lena.dm(), (message) =>
    message.text.includes("Denied by Ben Okafor: "),
  );
  const reply = await ben.waitForMessage(channels.approvers, (message) => message.threadTs === card.ts);
  expect(JSON.stringify(denied.blocks)).toContain("The deploy is rolled back already");
  expect(reply.text).toContain("Ben Okafor denied this to Lena Fox. Nothing was made.");
});

it("strangers and people with no part in it get one sentence and no list; on-call chooses, confirms and ends", async () => {
  await startBotStage({ double: slack.double });
  const [lena, ana, sam, noor, eve] = [who("lena"), who("ana"), who("sam"), who("noor"), who("eve")];
  await ask(lena, LOGS_WISH);
  await ana.press(
    await cardSeenBy(ana, (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve)),
    ACTIONS.approve,
  );
  await messageWith(lena, ACTIONS.getKubeconfig);

  await eve.command(channels.requests, COMMANDS.revoke);
  await sam.command(channels.requests, COMMANDS.revoke);
  await noor.command(channels.onCall, COMMANDS.revoke);
  const list = await noor.waitForView((view) => view.callback_id === VIEWS.chooseGrant);
  await noor.submit();
  const confirm = await noor.waitForView((view) => view.callback_id === VIEWS.confirmEnd);
  const empty = await noor.submit();
  await noor.submit({ end_why: "Seen from an address we do not know" });
  const after = await noor.waitForView((view) => JSON.stringify(view).includes("Ending: "));
  const ended = await cardSeenBy(ana, (message) => message.text.includes("Noor Haddad ended it"));

  expect((await eve.waitForEphemeral(channels.requests)).text).toContain(
    "I don't know you yet. Sam Reed, security can link you; send them this code: T0HOME/U0EVE",
  );
  expect((await sam.waitForEphemeral(channels.requests)).text).toContain("no pass here that you may end");
  expect(await sam.view()).toBeUndefined();
  expect(JSON.stringify(list.blocks)).toContain("Lena Fox: Read logs, prod");
  expect(JSON.stringify(confirm.blocks)).toContain("Ends 1 pass of 1 person");
  expect(empty.acked).toBe(false);
  expect(JSON.stringify(after)).not.toContain("Ended");
  expect(ended.text).toContain("Seen from an address we do not know");
});

it("with the store away a form says that nothing was asked, and asks once when it is sent again", async () => {
  const stage = await startBotStage({ double: slack.double });
  const lena = who("lena");
  await lena.command(channels.requests, COMMANDS.access);
  await lena.waitForView((view) => view.callback_id === VIEWS.request);
  stage.away = "nothing";

  const refused = await fillAndSubmit(lena, LOGS_WISH);
  stage.away = "unknown";
  const unsure = await lena.submit();
  stage.away = null;
  const sent = await lena.submit();

  expect(refused.errors?.[FIELDS.reason]).toContain("nothing was asked");
  expect(unsure.errors?.[FIELDS.reason]).toContain("it counts once");
  expect(sent.errors).toBeUndefined();
  expect((await stage.store.live()).requests).toHaveLength(1);
});

it("a card whose message is gone is posted anew, and trouble with Slack only delays it", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  await slack.double.fault({ kind: "rate-limit", method: "chat.postMessage", retryAfterSeconds: 1 });
  await slack.double.fault({ kind: "http", method: "chat.postMessage" });
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve));
  await slack.double.fault({
    kind: "error",
    method: "chat.update",
    channel: channels.approvers,
    error: "message_not_found",
  });

  await ana.press(card, ACTIONS.approve);

  const anew = await cardSeenBy(ana, (message) => message.ts !== card.ts && message.text.includes("Active until"));
  expect(anew.text).toContain("Lena");
  expect((await stage.store.live()).grants).toHaveLength(1);
});

it("a channel that the app is not in is said in the log with what to do, and the card comes when it is invited", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  await slack.double.fault({
    kind: "error",
    method: "chat.postMessage",
    channel: channels.approvers,
    error: "not_in_channel",
  });

  await ask(lena, LOGS_WISH);

  await cardSeenBy(ana, (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve));
  expect(stage.logged.join("\n")).toContain("invite the app to the channel");
});

it("the request message stands once, whatever restarts and whoever starts beside it", async () => {
  const one = await startBotStage({ double: slack.double });
  const entries = async () =>
    (await who("omar").messages(channels.requests)).filter((message) => buttonIn(message, ACTIONS.requestAccess));
  await expect.poll(async () => (await one.cards.find(`requests-message-${channels.requests}`)) !== null).toBe(true);
  const before = await entries();

  const two = await startBotStage({ double: slack.double, cards: one.cards });
  await two.bot.stop();

  expect(await entries()).toHaveLength(before.length);
});

it("an unanswered delivery says what happened and what to do, and leaves the pass as it is", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  await ask(lena, LOGS_WISH);
  await ana.press(
    await cardSeenBy(ana, (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve)),
    ACTIONS.approve,
  );
  const ready = await messageWith(lena, ACTIONS.getKubeconfig);
  stage.deliveryStands = true;

  await lena.press(ready, ACTIONS.getKubeconfig);

  const none = await lena.waitForView((view) => JSON.stringify(view).includes("did not answer within 20 s"));
  expect(JSON.stringify(none)).toContain("Press Get kubeconfig again");
});

it("P4 · a kubeconfig that Slack did not take is not counted as received, and the person is told", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  await ask(lena, LOGS_WISH);
  await ana.press(await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve)), ACTIONS.approve);
  const ready = await messageWith(lena, ACTIONS.getKubeconfig);
  await slack.double.fault({ kind: "http", method: "views.update", times: 2 });

  await lena.press(ready, ACTIONS.getKubeconfig);

  await lena.waitForView((view) => JSON.stringify(view).includes("could not be shown, so nobody has it"));
  expect(stage.received).toEqual([]);
});

it("P4 · a kubeconfig that is shown while Redis hangs is counted as received when Redis answers", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  await ask(lena, LOGS_WISH);
  await ana.press(await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve)), ACTIONS.approve);
  const ready = await messageWith(lena, ACTIONS.getKubeconfig);
  stage.receivingFails = true;

  await lena.press(ready, ACTIONS.getKubeconfig);
  await expect.poll(() => stage.logged.join("\n")).toContain("not written down yet");
  stage.receivingFails = false;

  await expect.poll(() => stage.received).toHaveLength(1);
});

it("choosing Other asks for the time in words, and the form keeps what was typed", async () => {
  await startBotStage({ double: slack.double });
  const lena = who("lena");
  await lena.command(channels.random, COMMANDS.access);
  const form = await lena.waitForView((view) => view.callback_id === VIEWS.request);
  await lena.fill({ [FIELDS.reason]: "Typed before anything was chosen" });
  await lena.press(form, FIELDS.duration, { value: OTHER_DURATION });
  const other = await lena.waitForView((view) => JSON.stringify(view.blocks).includes(FIELDS.otherDuration));

  expect(JSON.stringify(other.state)).toContain("Typed before anything was chosen");
});

it("a fault of ours is answered with a code, under which the log has it", async () => {
  const stage = await startBotStage({ double: slack.double });
  const lena = who("lena");
  const code = /the code ([0-9a-f]{8})/;
  await lena.command(channels.requests, COMMANDS.access);
  await lena.waitForView((view) => view.callback_id === VIEWS.request);
  stage.faulty = true;

  await lena.command(channels.random, COMMANDS.access);
  const said = await lena.waitForEphemeral(channels.random, (message) => code.test(message.text));
  const sent = await lena.submit({
    ...{ [FIELDS.namespaces]: ["payments"], [FIELDS.profile]: "logs", [FIELDS.duration]: "1800" },
    [FIELDS.reason]: LOGS_WISH.reason,
  });

  const codes = [said.text, Object.values(sent.errors ?? {}).join(" ")].map((text) => code.exec(text)?.[1] ?? "none");
  const faults = stage.logged.filter((line) => line.startsWith("error a handler broke"));
  expect(codes.every((one) => faults.some((line) => line.includes(one)))).toBe(true);
  expect(faults.join("\n")).toContain("TypeError: a fault of ours");
});

it("what was told and not yet ticked off is told again without standing twice", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ben] = [who("lena"), who("ben")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ben, (message) => buttonIn(message, ACTIONS.approve));
  await ben.press(card, ACTIONS.deny);
  await ben.waitForView((view) => view.callback_id === VIEWS.deny);
  await ben.submit();
  await lena.waitForMessage(await lena.dm(), (message) => message.text.includes("Denied by Ben Okafor: "));
  const before = (await slack.double.storedMessages()).length;

  for (const telling of stage.store.tellings) await stage.bot.notifier.tell(telling);

  expect((await slack.double.storedMessages()).length).toBe(before);
});

it("words after a command are answered with an example, to that person alone", async () => {
  await startBotStage({ double: slack.double });
  const lena = who("lena");

  await lena.command(channels.random, COMMANDS.access, "please <!channel>");
  await lena.command(channels.random, COMMANDS.access, "help");

  await lena.waitForEphemeral(channels.random, (message) => message.text.includes("mean nothing to me yet"));
  await lena.waitForEphemeral(channels.random, (message) => message.text.includes("opens a form"));
});

it("a connection that Slack takes away comes back at once; a token that Slack refuses is told to whoever runs the bot", async () => {
  const stage = await startBotStage({ double: slack.double });
  const lena = who("lena");

  const before = (await slack.double.calls("apps.connections.open")).length;
  await slack.double.sockets("refresh_requested");
  await expect
    .poll(async () => (await slack.double.calls("apps.connections.open")).length, { timeout: 5_000 })
    .toBeGreaterThan(before);
  await slack.double.waitForConnection();
  await expect
    .poll(async () => (await lena.command(channels.random, COMMANDS.access, "help")).acked, { timeout: 5_000 })
    .toBe(true);
  await slack.double.fault({ kind: "error", method: "apps.connections.open", error: "invalid_auth", times: 5 });
  await slack.double.sockets("drop");

  await expect(stage.bot.failed).rejects.toThrow("invalid_auth");
  await slack.double.clearFaults();
});

it("over signed HTTP the same; a forged, an old and a future signature are refused", async () => {
  const stage = await startBotStage({
    double: slack.double,
    slack: { botToken: slack.double.botToken, signingSecret: slack.double.signingSecret, port: 0 },
  });
  const url = `http://127.0.0.1:${stage.bot.port()}/slack/events`;
  const post = (secondsAhead: number, secret: string) => {
    const at = Math.floor(Date.now() / 1000) + secondsAhead;
    const body = JSON.stringify({ type: "url_verification", challenge: "yes" });
    const signature = createHmac("sha256", secret).update(`v0:${at}:${body}`).digest("hex");
    const headers = {
      "content-type": "application/json",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": `v0=${signature}`,
    };
    return fetch(url, { method: "POST", headers, body }).then((answer) => answer.status);
  };
  await slack.double.useHttp(url);
  try {
    await ask(who("lena"), { ...LOGS_WISH, namespaces: ["ledger"] });
    await cardSeenBy(who("ana"), (message) => message.text.includes("in ledger on prod"));

    expect(await post(0, slack.double.signingSecret)).toBe(200);
    expect(await post(0, "another secret")).toBe(401);
    expect(await post(-400, slack.double.signingSecret)).toBe(401);
    expect(await post(400, slack.double.signingSecret)).toBe(401);
  } finally {
    await slack.double.useHttp();
  }
});
