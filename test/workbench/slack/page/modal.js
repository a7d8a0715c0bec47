import { renderBlocks } from "./blocks.js";
import { element } from "./mrkdwn.js";

const dialog = document.querySelector("#modal");
/** What is shown now: the view's id and hash, its fields, and what was typed so far by block id. */
let shown;

/** Shows the modal on top, or none. A view that has not changed is left alone, so that nothing typed is lost. */
export function showModal(view, surface, deeds) {
  if (!view) {
    shown = undefined;
    if (dialog.open) dialog.close();
    return;
  }
  if (shown?.id === view.id && shown.hash === view.hash) return;
  const typed = shown?.id === view.id ? readFields(shown.fields) : {};
  const fields = new Map();
  // What was typed goes along, so that a view that the app changes in answer keeps it.
  const press = async (...pressed) => {
    await deeds.fill(view.id, readFields(fields));
    await surface.press(...pressed);
  };
  const blocks = renderBlocks(view.blocks, { ...surface, press, fields, state: view.state.values });
  shown = { id: view.id, hash: view.hash, fields };
  restore(fields, typed);
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, view.title.text),
    ...blocks,
    footer(view, deeds),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showErrors(await deeds.submit(view.id, readFields(fields)));
  });
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
}

function footer(view, deeds) {
  const close = element("button", { type: "button", onclick: () => deeds.close(view.id) }, view.close?.text ?? "Close");
  const submit = view.submit ? element("button", { type: "submit", class: "primary" }, view.submit.text) : undefined;
  return element("footer", {}, close, submit);
}

function readFields(fields) {
  return Object.fromEntries([...fields].map(([blockId, field]) => [blockId, field.read()]));
}

function restore(fields, typed) {
  for (const [blockId, value] of Object.entries(typed)) {
    const node = fields.get(blockId)?.node;
    if (node && typeof value === "string" && "value" in node) node.value = value;
  }
}

/** Puts each error below its field. */
function showErrors(errors = {}) {
  for (const place of dialog.querySelectorAll("[data-error]")) place.textContent = errors[place.dataset.error] ?? "";
}

// Escape closes a modal in Slack too; the app hears of it when it asked to.
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  dialog.querySelector("footer button[type=button]")?.click();
});

/** Asks with a Block Kit confirm object; resolves true when the person goes on. */
export function askConfirm(confirm) {
  const box = document.querySelector("#confirm");
  return new Promise((resolve) => {
    const answer = (yes) => {
      box.close();
      resolve(yes);
    };
    const style = confirm.style === "danger" ? "danger" : "primary";
    box.replaceChildren(
      element("h2", {}, confirm.title?.text ?? "Are you sure?"),
      element("p", {}, confirm.text.text),
      element(
        "footer",
        {},
        element("button", { type: "button", onclick: () => answer(false) }, confirm.deny?.text ?? "Cancel"),
        element(
          "button",
          { type: "button", class: style, onclick: () => answer(true) },
          confirm.confirm?.text ?? "Yes",
        ),
      ),
    );
    box.oncancel = () => resolve(false);
    box.showModal();
  });
}
