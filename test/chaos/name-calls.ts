/** What a call to the API server or to Slack does, in words that do not change from run to run. */
import type { TolledCall } from "../workbench/fault-proxy.ts";
import type { SlackCall } from "../workbench/slack-line.ts";

const RESOURCES = [
  ...["accessgrants", "jobs", "serviceaccounts", "secrets", "rolebindings", "clusterroles"],
  ...["selfsubjectaccessreviews", "subjectaccessreviews"],
].join("|");
const PLACE = new RegExp(`/(${RESOURCES})(?:/([^/?]+))?(?:/(token))?(?=[?]|$)`);

/** `POST secrets d1`, `DELETE rolebindings`, `POST token d0`; what is not about a grant by its method alone. */
export function nameClusterCall({ method, path, body }: TolledCall): string {
  const [, resource = "", name = "", token] = PLACE.exec(path) ?? [];
  if (resource === "") return `${method} other`;
  const isNumbered = token !== undefined || resource === "secrets";
  const number = isNumbered ? /g-\w+-\d+-d(\d+)/.exec(`${name} ${body}`)?.[1] : undefined;
  return `${method} ${token ?? resource}${number === undefined ? "" : ` d${number}`}`;
}

/** `post card`, `edit card: active`, `show kubeconfig`, `ack approve_request`; other methods as they are called. */
export function nameSlackCall({ method, body }: SlackCall): string {
  switch (method) {
    case "ack":
      return `ack ${acknowledged(body)}`;
    case "chat.postMessage":
      return `post ${whichMessage(body)}`;
    case "chat.update":
      return `edit ${whichMessage(body)}${cardState(body)}`;
    case "views.update":
      return String(body.view).includes("apiVersion") ? "show kubeconfig" : method;
    default:
      return method;
  }
}

interface Acknowledged {
  readonly actions?: readonly { readonly action_id: string }[];
  readonly view?: { readonly callback_id?: string };
  readonly command?: string;
  readonly event?: { readonly type: string };
}

function acknowledged(body: SlackCall["body"]): string {
  const { actions, view, command, event } = body as Acknowledged;
  return actions?.[0]?.action_id ?? command ?? event?.type ?? view?.callback_id ?? "";
}

/** The names that the poster keeps them by, without their ids; `other` is what no case is known to have told. */
export type Told =
  | ("card" | "verdict" | "summary" | "asked" | "ready" | "ended" | "failed" | "rebuilt")
  | ("denied" | "overdue" | "paid" | "other");

/** Takes a message's text, its channel and whether it is a reply; returns which of ours it is. */
export function whichWords(text: string, channel: string, isReply: boolean): Told {
  if (isReply) return whichReply(text);
  if (/Redis has lost records/.test(text)) return "rebuilt";
  if (channel.startsWith("C")) return / asks for /.test(text) ? "card" : OVERDUE.test(text) ? "overdue" : "other";
  if (/^Asked: /.test(text)) return "asked";
  if (/Not granted: /.test(text)) return "failed";
  if (/The message below says more/.test(text)) return "ready";
  if (/Ended .*proven/.test(text)) return "ended";
  if (/Denied by /.test(text)) return "denied";
  return /(Ready|Approved|Ending): /.test(text) ? "ready" : "other";
}

/** What ended before Slack took the call for help says both in one message. */
const OVERDUE = /OVERDUE: |Ended .* late: /;

function whichReply(text: string): Told {
  if (/Summary/.test(text)) return "summary";
  if (/ (approved|denied) this /.test(text)) return "verdict";
  return /Ended .* late: /.test(text) ? "paid" : "other";
}

function whichMessage({ text, channel, thread_ts: thread }: SlackCall["body"]): Told {
  return whichWords(String(text), String(channel), thread !== undefined);
}

function cardState(body: SlackCall["body"]): string {
  if (whichMessage(body) !== "card") return "";
  const state = /Active until|Ended|Ending|OVERDUE|Not granted|Making it|Pending/.exec(String(body.text))?.[0];
  return state === undefined ? "" : `: ${state.toLowerCase().replace(" until", "")}`;
}
