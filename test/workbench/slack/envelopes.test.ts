import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { BareSocket } from "./bare-socket.ts";
import { plainClient, useSlackDouble } from "./bolt-app.ts";

const double = useSlackDouble({ ackMs: 600, eventRetryMs: [0, 0, 0], tierFactor: 100 });
const sockets: BareSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    socket.close();
    await socket.closed;
  }
});

async function connect(): Promise<BareSocket> {
  const socket = await BareSocket.connect(double.current);
  sockets.push(socket);
  return socket;
}

test("a connection is greeted and each envelope goes to one connection only", async () => {
  const [first, second] = [await connect(), await connect()];

  const pressed = double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "@ana.ruiz for <b>");
  const socket = await Promise.race([first.next(1).then(() => first), second.next(1).then(() => second)]);
  const envelope = await socket.next(1);
  socket.acknowledge(envelope, { text: "Heard." });

  expect(await pressed).toMatchObject({ acked: true });
  expect(first.received[0]).toMatchObject({
    type: "hello",
    num_connections: 1,
    connection_info: { app_id: "A0DAYPASS" },
  });
  expect(first.received.length + second.received.length).toBe(3);
  expect(envelope).toMatchObject({
    type: "slash_commands",
    accepts_response_payload: true,
    payload: { text: "<@U0ANA|ana.ruiz> for &lt;b&gt;", user_id: "U0LENA", channel_name: "access-requests" },
  });
});

test("an event that nobody acknowledges comes again three times, with its number and reason", async () => {
  const socket = await connect();

  const told = await double.current.event({ type: "user_change", user: "U0EVE", change: { kind: "deleted" } });
  const retries = [await socket.next(1), await socket.next(2), await socket.next(3), await socket.next(4)];

  expect(told).toEqual({ sent: true, acked: false });
  expect(retries.map((envelope) => [envelope.retry_attempt, envelope.retry_reason])).toEqual([
    [0, ""],
    [1, "timeout"],
    [2, "timeout"],
    [3, "timeout"],
  ]);
  const ids = retries.map((envelope) => JSON.stringify(envelope.payload?.event_id));
  expect(new Set(ids).size).toBe(1);
  expect(retries[0]?.payload?.event).toMatchObject({ type: "user_change", user: { id: "U0EVE", deleted: true } });
});

test("an event that the app did not subscribe to, or that got lost, is not sent", async () => {
  await connect();

  const unsubscribed = await double.current.event({ type: "channel_archive", channel: "C0RANDOM" });
  const lost = await double.current.event({
    type: "user_change",
    user: "U0BEN",
    change: { email: "b@other.example" },
    lost: true,
  });

  expect([unsubscribed, lost]).toEqual([
    { sent: false, acked: false },
    { sent: false, acked: false },
  ]);
});

test("a press that is not acknowledged is never sent again; the person is told", async () => {
  const socket = await connect();
  await plainClient(double.current).chat.postMessage({ channel: "C0REQUESTS", text: "Ask here", blocks: button() });
  const card = await double.current.as("U0LENA").waitForMessage("C0REQUESTS", (message) => message.text === "Ask here");

  const outcome = await double.current.as("U0LENA").press(card, "ask");

  expect(outcome).toMatchObject({ acked: false, toast: "We had some trouble connecting. Try again?" });
  expect(socket.received.filter((message) => message.type === "interactive")).toHaveLength(1);
});

test("a command finds no app when no socket is connected", async () => {
  const outcome = await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access");

  expect(outcome).toMatchObject({ acked: false, toast: '/k8s-access failed with the error "dispatch_failed"' });
});

test("the eleventh connection is turned away", async () => {
  for (let count = 0; count < 10; count += 1) await connect();

  const eleventh = await connect();

  expect(eleventh.received[0]).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
  await eleventh.closed;
});

test("a ticket opens one connection", async () => {
  const { url } = await plainClient(double.current, double.current.appToken).apps.connections.open({});
  const first = new WebSocket(String(url));
  await new Promise((resolve) => first.once("open", resolve));

  const again = new WebSocket(String(url));
  const refused = await new Promise<Error>((resolve) => again.once("error", resolve));

  expect(refused.message).toContain("404");
  first.close();
});

test("sockets are dropped, warned and cut off on order", async () => {
  const socket = await connect();

  await double.current.sockets("warning");
  await double.current.sockets("link_disabled");
  await double.current.sockets("drop");
  await socket.closed;

  expect(socket.received.slice(1).map((message) => message.reason)).toEqual(["warning", "link_disabled"]);
});

function button() {
  const text = { type: "plain_text" as const, text: "Request access" };
  return [
    {
      type: "actions" as const,
      elements: [{ type: "button" as const, action_id: "ask", text, accessibility_label: "Request access" }],
    },
  ];
}
