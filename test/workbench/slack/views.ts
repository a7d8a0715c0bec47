import { randomBytes } from "node:crypto";
import { elementsOf, nameBlocks } from "./elements-of.ts";
import type { Feed } from "./feed.ts";
import type { Option } from "./limits/composition.ts";
import type { ViewArgument } from "./limits/views.ts";
import { SlackError } from "./slack-error.ts";
import { initialValue, type StateValue } from "./state-values.ts";

/** Slack: three views in a stack. */
const deepest = 3;

export interface View {
  id: string;
  user: string;
  view: ViewArgument;
  hash: string;
  rootId: string;
  previousId: string | null;
  open: boolean;
  /** What the person entered so far, by block id and action id. */
  entered: Map<string, StateValue>;
  /** Options the app offered for external selects, by block id and action id. */
  suggested: Map<string, Option[]>;
}

/** Key under which a view keeps what belongs to one element. */
export function placeKey(blockId: string, actionId: string): string {
  return JSON.stringify([blockId, actionId]);
}

/** Modals and App Homes of all people. */
export class Views {
  #views = new Map<string, View>();
  #stacks = new Map<string, View[]>();
  #homes = new Map<string, View>();
  #feed: Feed;
  /** In Slack no two workspaces have the same id for a view. */
  readonly #salt = randomBytes(3).toString("hex").toUpperCase();
  #made = 0;

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** The open modals of a person, the one they look at last. */
  stack(user: string): readonly View[] {
    return this.#stacks.get(user) ?? [];
  }

  home(user: string): View | undefined {
    return this.#homes.get(user);
  }

  get(id: string): View {
    const view = this.#views.get(id);
    if (!view) throw new SlackError("not_found");
    return view;
  }

  byExternalId(externalId: string): View {
    const found = [...this.#views.values()].find((view) => view.open && view.view.external_id === externalId);
    if (!found) throw new SlackError("not_found");
    return found;
  }

  /** Opens a modal as the root of a new stack; what was open before is gone. */
  open(user: string, argument: ViewArgument): View {
    for (const view of this.stack(user)) view.open = false;
    const view = this.#make(user, argument, undefined);
    this.#stacks.set(user, [view]);
    this.#tell(view);
    return view;
  }

  /** Puts a modal on top of the one `onto`, three deep at most. */
  push(user: string, argument: ViewArgument, onto: string | undefined): View {
    const stack = this.stack(user);
    const top = stack.at(-1);
    if (!top || (onto !== undefined && !stack.some((view) => view.id === onto))) throw new SlackError("not_found");
    if (stack.length >= deepest) throw new SlackError("push_limit_reached");
    const view = this.#make(user, argument, top);
    this.#stacks.set(user, [...stack, view]);
    this.#tell(view);
    return view;
  }

  /** Replaces what a view shows. What was typed stays where block id and action id stay. */
  update(view: View, argument: ViewArgument, hash?: string): View {
    if (hash !== undefined && hash !== view.hash) throw new SlackError("hash_conflict");
    if (!view.open) throw new SlackError("not_found");
    this.#refuseTakenExternalId(argument, view);
    view.view = { ...argument, blocks: nameBlocks(argument.blocks) } as ViewArgument;
    view.hash = newHash();
    const places = new Set(elementsOf(argument.blocks).map((placed) => placeKey(placed.blockId, placed.actionId)));
    for (const key of view.entered.keys()) if (!places.has(key)) view.entered.delete(key);
    this.#tell(view);
    return view;
  }

  publish(user: string, argument: ViewArgument, hash?: string): View {
    const existing = this.#homes.get(user);
    if (existing) return this.update(existing, argument, hash);
    const view = this.#make(user, argument, undefined);
    this.#homes.set(user, view);
    this.#tell(view);
    return view;
  }

  /** Closes a view (and, with `all`, its whole stack); returns the closed ones, top first. */
  close(view: View, all: boolean): View[] {
    const stack = this.stack(view.user);
    const closed = all ? [...stack] : stack.filter((other) => other.id === view.id);
    for (const gone of closed) gone.open = false;
    this.#stacks.set(
      view.user,
      stack.filter((other) => other.open),
    );
    this.#tell(view);
    return closed.reverse();
  }

  /** state.values of a view as it is now. */
  state(view: View): { values: Record<string, Record<string, StateValue>> } {
    const values: Record<string, Record<string, StateValue>> = {};
    for (const placed of elementsOf(view.view.blocks)) {
      const value = view.entered.get(placeKey(placed.blockId, placed.actionId)) ?? initialValue(placed.element);
      if (value) values[placed.blockId] = { ...values[placed.blockId], [placed.actionId]: value };
    }
    return { values };
  }

  #make(user: string, argument: ViewArgument, previous: View | undefined): View {
    this.#refuseTakenExternalId(argument, undefined);
    this.#made += 1;
    const id = `V0${this.#salt}${String(this.#made).padStart(6, "0")}`;
    const view: View = {
      id,
      user,
      view: { ...argument, blocks: nameBlocks(argument.blocks) } as ViewArgument,
      hash: newHash(),
      rootId: previous?.rootId ?? id,
      previousId: previous?.id ?? null,
      open: true,
      entered: new Map(),
      suggested: new Map(),
    };
    this.#views.set(id, view);
    return view;
  }

  #refuseTakenExternalId(argument: ViewArgument, self: View | undefined): void {
    const wanted = argument.external_id;
    if (!wanted) return;
    const taken = [...this.#views.values()].some(
      (view) => view.open && view !== self && view.view.external_id === wanted,
    );
    if (taken) throw new SlackError("duplicate_external_id");
  }

  #tell(view: View): void {
    this.#feed.tell({ kind: view.view.type === "home" ? "home" : "view", user: view.user, view: view.id });
  }
}

function newHash(): string {
  return `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString("hex")}`;
}
