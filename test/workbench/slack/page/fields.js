import { element, textObject } from "./mrkdwn.js";

/**
 * Fields of a form. Each maker takes the Block Kit element, what it holds ({} or an entry of state.values) and
 * `surface` ({ names, people, channels, suggest }); it returns { node, read } where read() gives the plain value.
 */
const text = (type) => (field, held) => {
  const tag = field.multiline ? "textarea" : "input";
  const length = { maxlength: field.max_length, minlength: field.min_length };
  const node = element(tag, { type, placeholder: field.placeholder?.text, ...length });
  node.value = held.value ?? "";
  return { node, read: () => node.value || null };
};

function optionNodes(options, chosen) {
  return options.map((option) =>
    element("option", { value: option.value, selected: chosen.includes(option.value) }, option.text.text),
  );
}

const values = (options) => (options ?? []).map((option) => option.value);

function menu(field, held) {
  const chosen = held.selected_option ? [held.selected_option.value] : [];
  const node = element("select", {}, element("option", { value: "" }, field.placeholder?.text ?? "Choose…"));
  if (field.options) node.append(...optionNodes(field.options, chosen));
  for (const group of field.option_groups ?? []) {
    node.append(element("optgroup", { label: group.label.text }, ...optionNodes(group.options, chosen)));
  }
  return { node, read: () => node.value || null };
}

function manyMenu(field, held) {
  const options = field.options ?? field.option_groups.flatMap((group) => group.options);
  const node = element("select", { multiple: true }, ...optionNodes(options, values(held.selected_options)));
  return { node, read: () => [...node.selectedOptions].map((option) => option.value) };
}

/** Asks the app while the person types. */
function asking(field, held, surface) {
  const many = field.type.startsWith("multi_");
  const chosen = many ? (held.selected_options ?? []) : held.selected_option ? [held.selected_option] : [];
  const list = element(
    "select",
    { multiple: many, size: many ? 5 : undefined },
    ...optionNodes(chosen, values(chosen)),
  );
  const query = element("input", { type: "search", placeholder: field.placeholder?.text ?? "Type to search…" });
  const search = async () => {
    if (query.value.length < (field.min_query_length ?? 3)) return;
    const found = await surface.suggest(field.action_id, query.value);
    const kept = [...list.selectedOptions].map((option) => option.value);
    const known = [...list.selectedOptions].filter((option) => !found.some((one) => one.value === option.value));
    const shown = found.map((one) =>
      element("option", { value: one.value, selected: kept.includes(one.value) }, one.text),
    );
    list.replaceChildren(...known, ...shown);
  };
  query.addEventListener("input", search);
  query.addEventListener("focus", search);
  const read = () => (many ? [...list.selectedOptions].map((option) => option.value) : list.value || null);
  return { node: element("div", {}, query, list), read };
}

function from(key, many) {
  return (_field, held, surface) => {
    const list = key === "user" ? surface.people : surface.channels;
    const chosen = [held[`selected_${key}`] ?? held[`selected_${key}s`] ?? []].flat();
    const nodes = list.map((one) => element("option", { value: one.id, selected: chosen.includes(one.id) }, one.label));
    const node = element(
      "select",
      { multiple: many },
      ...(many ? [] : [element("option", { value: "" }, "Choose…")]),
      ...nodes,
    );
    return { node, read: () => (many ? [...node.selectedOptions].map((one) => one.value) : node.value || null) };
  };
}

let groups = 0;
const ticks = (type) => (field, held, surface) => {
  groups += 1;
  const chosen = values(held.selected_options ?? (held.selected_option ? [held.selected_option] : []));
  const boxes = field.options.map((option) => ({
    option,
    box: element("input", {
      type,
      name: `group-${groups}`,
      value: option.value,
      checked: chosen.includes(option.value),
    }),
  }));
  const node = element(
    "fieldset",
    {},
    ...boxes.map(({ option, box }) =>
      element(
        "div",
        {},
        element("label", { style: "font-weight: normal" }, box, " ", textObject(option.text, surface.names)),
        option.description ? element("div", { class: "hint" }, textObject(option.description, surface.names)) : "",
      ),
    ),
  );
  const ticked = () => boxes.filter(({ box }) => box.checked).map(({ option }) => option.value);
  return { node, read: () => (type === "radio" ? (ticked()[0] ?? null) : ticked()) };
};

const plainInput = (type, key) => (_field, held) => {
  const node = element("input", { type });
  node.value = held[key] ?? "";
  return { node, read: () => node.value || null };
};

function moment(_field, held) {
  const node = element("input", { type: "datetime-local" });
  const seconds = held.selected_date_time;
  const zone = new Date().getTimezoneOffset() * 60_000;
  if (seconds) node.value = new Date(seconds * 1000 - zone).toISOString().slice(0, 16);
  return { node, read: () => (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null) };
}

const makers = {
  plain_text_input: text("text"),
  number_input: text("text"),
  email_text_input: text("email"),
  url_text_input: text("url"),
  static_select: menu,
  multi_static_select: manyMenu,
  external_select: asking,
  multi_external_select: asking,
  users_select: from("user", false),
  multi_users_select: from("user", true),
  conversations_select: from("conversation", false),
  radio_buttons: ticks("radio"),
  checkboxes: ticks("checkbox"),
  datepicker: plainInput("date", "selected_date"),
  timepicker: plainInput("time", "selected_time"),
  datetimepicker: moment,
};

/** The field for an element, or undefined where this page has none. */
export function makeField(field, held, surface) {
  return makers[field.type]?.(field, held ?? {}, surface);
}
