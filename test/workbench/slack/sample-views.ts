import type { ModalView } from "@slack/types";

/** A small form of the tests: a reason, a profile, an optional ticket. */
export function askView(more: Partial<ModalView> = {}): ModalView {
  const option = (value: string, text: string) => ({ value, text: { type: "plain_text" as const, text } });
  return {
    type: "modal",
    callback_id: "ask",
    title: { type: "plain_text", text: "Request access" },
    submit: { type: "plain_text", text: "Ask" },
    blocks: [
      {
        type: "input",
        block_id: "why",
        label: { type: "plain_text", text: "Why" },
        element: { type: "plain_text_input", action_id: "why", max_length: 50 },
      },
      {
        type: "input",
        block_id: "profile",
        label: { type: "plain_text", text: "What for" },
        element: {
          type: "static_select",
          action_id: "profile",
          options: [option("logs", "Read logs"), option("view", "Look around")],
        },
      },
      {
        type: "input",
        block_id: "ticket",
        optional: true,
        label: { type: "plain_text", text: "Ticket" },
        element: { type: "plain_text_input", action_id: "ticket" },
      },
    ],
    ...more,
  };
}

/** What fills `askView` so that it can be submitted. */
export const asked = { why: "restart loop in api", profile: "logs" };
