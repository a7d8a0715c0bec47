import { expect, test } from "vitest";
import { plainClient, useSlackDouble } from "./bolt-app.ts";

const double = useSlackDouble();

async function info(user: string) {
  return (await plainClient(double.current).users.info({ user })).user;
}

test.each([
  ["U0ANA", { team_id: "T0HOME", deleted: false, is_restricted: false, is_email_confirmed: true }],
  ["U0SEC", { is_admin: true }],
  ["U0LENA", { is_restricted: true, is_ultra_restricted: false, team_id: "T0HOME" }],
  ["U0OMAR", { is_restricted: true, is_ultra_restricted: true }],
  ["U0KIM", { team_id: "T0ACME", is_stranger: false, is_restricted: false }],
  ["U0STR", { team_id: "T0ACME", is_stranger: true }],
  ["U0GONE", { deleted: true }],
  ["U0BOT", { is_bot: true }],
  ["U0UNC", { is_email_confirmed: false, deleted: false }],
])("users.info says of %s what it is", async (user, expected) => {
  expect(await info(user)).toMatchObject(expected);
});

test("a guest's expiry stands in their profile while they are a guest, and in nobody else's", async () => {
  const expiring = { kind: "multi-channel-guest", guestExpiresAt: 1_900_000_000 } as const;
  await double.current.event({ type: "user_change", user: "U0OMAR", change: expiring });
  const guest = await info("U0OMAR");
  await double.current.event({ type: "user_change", user: "U0OMAR", change: { kind: "member" } });

  expect(guest?.profile).toMatchObject({ guest_expiration_ts: 1_900_000_000 });
  expect((await info("U0OMAR"))?.profile).not.toHaveProperty("guest_expiration_ts");
  await double.current.event({ type: "user_change", user: "U0OMAR", change: { kind: "single-channel-guest" } });
});

test("a user group that is not there is refused by name", async () => {
  const asked = plainClient(double.current).usergroups.users.list({ usergroup: "S0NOBODY" });

  await expect(asked).rejects.toThrow("no_such_subteam");
});

test("the e-mail address of people of other organisations is withheld", async () => {
  expect((await info("U0ANA"))?.profile?.email).toBe("ana.ruiz@northwind.example");
  expect((await info("U0KIM"))?.profile?.email).toBeUndefined();
});

test.each([
  ["U0OMAR", "C0REQUESTS", "Single-channel guests cannot use slash commands."],
  ["U0KIM", "C0SHARED", "Slash commands are not shared with people of other organisations."],
])("%s cannot use a slash command", async (user, channel, refused) => {
  const outcome = await double.current.as(user).command(channel, "/k8s-access");

  expect(outcome).toMatchObject({ acked: false, refused });
});

test("a deactivated person, a bot and somebody outside the channel can do nothing", async () => {
  await expect(double.current.as("U0GONE").sees()).rejects.toThrow("deactivated");
  await expect(double.current.as("U0BOT").say("C0REQUESTS", "beep")).rejects.toThrow("is a bot");
  await expect(double.current.as("U0EVE").say("C0PAYMENTS", "let me in")).rejects.toThrow("not in C0PAYMENTS");
});

test("everybody sees their own channels only, and joins and leaves them", async () => {
  const channels = async (user: string) => (await double.current.as(user).sees()).channels.map((channel) => channel.id);

  expect(await channels("U0OMAR")).toEqual(["C0REQUESTS"]);
  expect(await channels("U0KIM")).toEqual(["C0SHARED"]);
  await double.current.event({ type: "member_joined_channel", channel: "C0PAYMENTS", user: "U0EVE" });
  expect(await channels("U0EVE")).toContain("C0PAYMENTS");
  await double.current.event({ type: "member_left_channel", channel: "C0PAYMENTS", user: "U0EVE" });
  expect(await channels("U0EVE")).not.toContain("C0PAYMENTS");
});

test("a direct message belongs to its two sides", async () => {
  const client = plainClient(double.current);
  const { channel } = await client.conversations.open({ users: "U0LENA" });
  await client.chat.postMessage({ channel: String(channel?.id), text: "for Lena" });

  expect(await double.current.as("U0LENA").messages(String(channel?.id))).toMatchObject([{ text: "for Lena" }]);
  await expect(double.current.as("U0ANA").messages(String(channel?.id))).rejects.toThrow("not in");
});

test("an ephemeral is gone after a reload, for the store it stays", async () => {
  const client = plainClient(double.current);
  await client.chat.postEphemeral({ channel: "C0REQUESTS", user: "U0LENA", text: "only you" });
  expect(await double.current.as("U0LENA").ephemerals("C0REQUESTS")).toHaveLength(1);

  await double.current.as("U0LENA").reload();

  expect(await double.current.as("U0LENA").ephemerals("C0REQUESTS")).toEqual([]);
  expect((await double.current.storedMessages()).map((message) => message.text)).toContain("only you");
});

test("the app learns of members page by page, of groups and of channels it may see", async () => {
  const client = plainClient(double.current);

  const first = await client.users.list({ limit: 5 });
  const rest = await client.users.list({ limit: 100, cursor: first.response_metadata?.next_cursor ?? "" });
  const users = await client.usergroups.users.list({ usergroup: "S0PAYMENTS" });
  const shared = await client.conversations.info({ channel: "C0SHARED" });
  const members = await client.conversations.members({ channel: "C0PAYMENTS" });

  const ids = [...(first.members ?? []), ...(rest.members ?? [])].map((member) => member.id);
  expect(first.members).toHaveLength(5);
  expect(ids).toContain("U0GONE");
  expect(ids).not.toContain("U0STR");
  expect(users.users).toEqual(["U0ANA", "U0BEN"]);
  expect(shared.channel).toMatchObject({ is_ext_shared: true });
  expect(members.members).toContain("U0DAYPASS");
  await expect(client.users.lookupByEmail({ email: "kim.lee@acme.example" })).rejects.toThrow("users_not_found");
  await expect(client.users.lookupByEmail({ email: "gus.older@northwind.example" })).rejects.toThrow("users_not_found");
});

test("somebody who becomes a guest is one from then on", async () => {
  await double.current.event({
    type: "user_guest_status_changed",
    user: "U0BEN",
    change: { kind: "single-channel-guest" },
  });

  expect(await info("U0BEN")).toMatchObject({ is_ultra_restricted: true });
});
