import { z } from "zod";
import { actingPerson } from "./acts/person-here.ts";
import { findPlace, pressElement } from "./acts/press-element.ts";
import { see } from "./acts/see.ts";
import { closeView, fillView, submitView, topView } from "./acts/submit-view.ts";
import { suggestOptions } from "./acts/suggest-options.ts";
import { typeCommand } from "./acts/type-command.ts";
import { openDm, openHome, say } from "./acts/visit.ts";
import { findElement } from "./elements-of.ts";
import type { Slack } from "./slack.ts";
import { NotPossible } from "./slack-error.ts";

const plain = z.union([z.string(), z.number(), z.array(z.string()), z.null()]);
const values = z.record(z.string(), plain).default({});
const viewId = z.string().optional();
const place = { channel: z.string().optional(), ts: z.string().optional(), view: viewId };

const command = z.strictObject({
  channel: z.string(),
  command: z.string().startsWith("/"),
  text: z.string().default(""),
  inThread: z.boolean().optional(),
});
const press = z.strictObject({
  ...place,
  actionId: z.string(),
  blockId: z.string().optional(),
  value: plain.optional(),
  stale: z.boolean().optional(),
});
const suggest = z.strictObject({
  ...place,
  actionId: z.string(),
  blockId: z.string().optional(),
  query: z.string().default(""),
});
const submit = z.strictObject({ view: viewId, values });
const close = z.strictObject({ view: viewId, all: z.boolean().default(false) });
const said = z.strictObject({ channel: z.string(), text: z.string().min(1), threadTs: z.string().optional() });

async function suggestFor(slack: Slack, user: string, asked: z.infer<typeof suggest>) {
  const where = findPlace(slack, user, asked);
  const blocks = "view" in where ? where.view.view.blocks : (where.message.blocks ?? []);
  const placed = findElement(blocks, asked.actionId, asked.blockId);
  if (!placed) throw new NotPossible(`no ${asked.actionId} here`);
  const since = slack.feed.n;
  const { acked, options, toast } = await suggestOptions(slack, user, where, placed, asked.query);
  const shown = options.map((option) => ({ text: option.text.text, value: option.value }));
  return { acked, options: shown, since, ...(toast ? { toast } : {}) };
}

/** Does one thing as a person: POST /_/as/<user>/<act>. */
export async function act(slack: Slack, user: string, name: string, body: unknown): Promise<unknown> {
  switch (name) {
    case "command":
      return typeCommand(slack, user, command.parse(body));
    case "press":
      return pressElement(slack, user, press.parse(body));
    case "suggest":
      return suggestFor(slack, user, suggest.parse(body));
    case "fill": {
      const asked = submit.parse(body);
      await fillView(slack, user, topView(slack, user, asked.view), asked.values);
      return { acked: true, since: slack.feed.n };
    }
    case "submit": {
      const asked = submit.parse(body);
      return submitView(slack, user, asked.values, asked.view);
    }
    case "close": {
      const asked = close.parse(body);
      return closeView(slack, user, asked.view, asked.all);
    }
    case "open-dm":
      return openDm(slack, user);
    case "open-home":
      return openHome(slack, user);
    case "say":
      return say(slack, user, said.parse(body));
    case "reload":
      slack.timelines.dropEphemerals(actingPerson(slack, user).id);
      return see(slack, user);
    default:
      throw new NotPossible(`nobody can ${name}`);
  }
}
