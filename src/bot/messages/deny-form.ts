import type { ModalView } from "@slack/types";
import type { Request } from "../../workflows/request.ts";
import { field, modal, textInput } from "../blocks.ts";
import { type Names, passes, who } from "../messages.ts";
import { DENY_WHY, packShown, type ShownRequest, VIEWS } from "../names.ts";
import { lines } from "../sentences.ts";

const MOST_WHY = 500;

/** Takes the request and what its card showed; returns the form for a reason, which goes to who asked. */
export function denyForm(names: Names, request: Request, shown: ShownRequest): ModalView {
  return modal({
    title: "Deny the request",
    callback: VIEWS.deny,
    submit: "Deny",
    close: "Cancel",
    metadata: packShown(shown),
    blocks: [
      lines([[`${who(names, request.asker)} asks for `, ...passes(names, request.targets), "."]]),
      field({
        block: DENY_WHY,
        label: "Why",
        hint: "Who asked reads this.",
        optional: true,
        element: textInput(DENY_WHY, MOST_WHY, "What is missing, or what to ask for instead", null, true),
      }),
    ],
  });
}
