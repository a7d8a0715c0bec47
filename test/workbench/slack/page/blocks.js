import { makeField } from "./fields.js";
import { element, mrkdwn, textObject } from "./mrkdwn.js";
import { richText } from "./rich-text.js";

/**
 * Renders Block Kit. `surface` says where it is shown: { names, people, channels, state (state.values), suggest,
 * press(element, blockId, value), confirm(dialog), fields (Map of block id → field, filled here), errors }.
 */
export function renderBlocks(blocks, surface) {
  return blocks.map((block) => renderers[block.type]?.(block, surface) ?? element("pre", {}, JSON.stringify(block)));
}

async function act(part, blockId, surface, value) {
  if (part.confirm && !(await surface.confirm(part.confirm))) return;
  if (part.url) window.open(part.url, "_blank", "noreferrer");
  await surface.press(part, blockId, value);
}

function button(part, blockId, surface) {
  const attributes = {
    type: "button",
    class: part.style,
    "aria-label": part.accessibility_label,
    "data-action": part.action_id,
    onclick: () => act(part, blockId, surface),
  };
  return element("button", attributes, part.text.text);
}

function overflow(part, blockId, surface) {
  const options = part.options.map((option) => element("option", { value: option.value }, option.text.text));
  const node = element("select", { "aria-label": "More actions" }, element("option", { value: "" }, "⋯"), ...options);
  node.addEventListener("change", async () => {
    const chosen = node.value;
    node.value = "";
    const option = part.options.find((one) => one.value === chosen);
    if (option?.url) window.open(option.url, "_blank", "noreferrer");
    if (chosen) await act(part, blockId, surface, chosen);
  });
  return node;
}

function image(part) {
  return element("figure", {}, element("span", { role: "img" }, `[picture: ${part.alt_text}]`));
}

/** An element outside an input block: whatever is chosen goes to the app at once. */
function interactive(part, blockId, surface) {
  if (part.type === "button") return button(part, blockId, surface);
  if (part.type === "overflow") return overflow(part, blockId, surface);
  if (part.type === "image") return image(part);
  const field = makeField(part, surface.state[blockId]?.[part.action_id], placed(surface, blockId));
  if (!field) return element("pre", {}, JSON.stringify(part));
  field.node.addEventListener("change", (event) => {
    if (event.target.type !== "search") void act(part, blockId, surface, field.read());
  });
  return field.node;
}

function placed(surface, blockId) {
  return { ...surface, suggest: (actionId, query) => surface.suggest(actionId, blockId, query) };
}

function input(block, surface) {
  const part = block.element;
  const held = surface.state[block.block_id]?.[part.action_id];
  const field = makeField(part, held, placed(surface, block.block_id));
  if (!field) return element("pre", {}, JSON.stringify(block));
  surface.fields.set(block.block_id, field);
  const control = field.node.matches("input, select, textarea") ? field.node : field.node.querySelector("input");
  const id = `field-${block.block_id}`;
  if (control && !field.node.matches("fieldset")) control.id = id;
  if (block.dispatch_action) {
    field.node.addEventListener("change", (event) => {
      if (event.target.type !== "search") void act(part, block.block_id, surface, field.read());
    });
  }
  const label = element("label", { for: id }, block.label.text, block.optional ? " (optional)" : "");
  const hint = block.hint ? element("div", { class: "hint" }, block.hint.text) : "";
  const wrong = element("div", { class: "wrong", role: "alert", "data-error": block.block_id });
  return element("div", { class: "block field", "data-block": block.block_id }, label, field.node, hint, wrong);
}

const renderers = {
  section: (block, { names, ...surface }) => {
    const fields = (block.fields ?? []).map((field) => element("div", {}, textObject(field, names)));
    return element(
      "div",
      { class: "block section" },
      element(
        "div",
        {},
        block.text ? textObject(block.text, names) : "",
        fields.length > 0 ? element("div", { class: "fields" }, ...fields) : "",
      ),
      block.accessory ? interactive(block.accessory, block.block_id, { names, ...surface }) : "",
    );
  },
  header: (block) => element("h2", { class: "block" }, block.text.text),
  divider: () => element("hr"),
  context: (block, { names }) =>
    element(
      "div",
      { class: "block context" },
      ...block.elements.map((part) => (part.type === "image" ? image(part) : textObject(part, names))),
    ),
  actions: (block, surface) =>
    element(
      "div",
      { class: "block actions" },
      ...block.elements.map((part) => interactive(part, block.block_id, surface)),
    ),
  rich_text: (block, { names }) => richText(block, names),
  image: (block) => image(block),
  markdown: (block, { names }) => element("div", { class: "block" }, mrkdwn(block.text, names)),
  alert: (block, { names }) =>
    element("div", { class: `block alert ${block.level ?? ""}`, role: "note" }, textObject(block.text, names)),
  table: (block, { names }) =>
    element(
      "table",
      { class: "block" },
      ...block.rows.map((row) =>
        element(
          "tr",
          {},
          ...row.map((cell) => element("td", {}, cell.type === "rich_text" ? richText(cell, names) : cell.text)),
        ),
      ),
    ),
  input,
};
