import { expect, it } from "vitest";
import { ACTIONS, VIEWS } from "../../src/bot/names.ts";
import { useJourney } from "../workbench/for-tests.ts";
import { ask, buttonIn, cardSeenBy, messageWith } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";

const NAMESPACE = "still-employed";
const journey = useJourney({ namespaces: [NAMESPACE] });

const who = (name: keyof typeof northwind): PersonInSlack => journey.current.slack.as(northwind[name]);

/** Lena asks; returns her card as an approver sees it. */
async function cardOfLena(reason: string) {
  await ask(who("lena"), { namespaces: [NAMESPACE], profile: "logs", duration: "30m", reason });
  return cardSeenBy(who("ben"), (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve));
}

/** Opens the form for a no and closes it: from here on the bot has read who clicked. */
async function lookAndLeave(person: PersonInSlack, card: Awaited<ReturnType<typeof cardOfLena>>) {
  await person.press(card, ACTIONS.deny);
  await person.waitForView((view) => view.callback_id === VIEWS.deny);
  await person.close();
}

async function grantNames(): Promise<readonly string[]> {
  const { stdout } = await journey.current.kubernetes.kubectl(["get", "accessgrants", "-o", "name"]);
  return stdout.split("\n").filter((line) => line !== "");
}

it("P6 · an approver who became a guest a moment ago cannot approve", async () => {
  const { slack } = journey.current;
  const [lena, ben] = [who("lena"), who("ben")];
  const card = await cardOfLena("Reading logs while Ben changes sides");
  await lookAndLeave(ben, card);
  await slack.event({ type: "user_change", user: northwind.ben, change: { kind: "multi-channel-guest" } });

  await ben.press(card, ACTIONS.approve);

  const words = await ben.waitForEphemeral(channels.approvers);
  expect(words.text).toContain("Guests and people of other organisations don't decide");
  expect(await grantNames()).toEqual([]);
  await slack.event({ type: "user_change", user: northwind.ben, change: { kind: "member" } });
  await lena.press(await messageWith(lena, ACTIONS.withdraw), ACTIONS.withdraw);
  await cardSeenBy(ben, (message) => message.ts === card.ts && message.text.includes("Withdrawn"));
});

it("P6 · nothing is approved for somebody whose account was deactivated a moment ago", async () => {
  const { slack } = journey.current;
  const card = await cardOfLena("Reading logs on the last working day");
  await slack.event({ type: "user_change", user: northwind.lena, change: { kind: "deleted" } });

  await who("ana").press(card, ACTIONS.approve);

  const words = await who("ana").waitForEphemeral(channels.approvers);
  expect(words.text).toContain("Who asked may not have this any more, so nothing was granted");
  expect(await grantNames()).toEqual([]);
});
