import { randomBytes } from "node:crypto";
import type { Block } from "./limits/blocks.ts";
import type { InteractiveElement } from "./limits/elements.ts";

/** An element a person can act on, with the ids under which Slack reports it. */
export interface Placed {
  blockId: string;
  actionId: string;
  element: InteractiveElement;
  /** Set for the element of an input block. */
  input?: Extract<Block, { type: "input" }>;
}

function elementsIn(block: Block): InteractiveElement[] {
  if (block.type === "actions") return block.elements;
  if (block.type === "input") return [block.element];
  if (block.type === "section" && block.accessory && block.accessory.type !== "image") return [block.accessory];
  return [];
}

/** Gives each block and interactive element the id it lacks, as Slack does on arrival. Changes the blocks in place. */
export function nameBlocks(blocks: Block[]): Block[] {
  for (const block of blocks) {
    block.block_id ??= randomBytes(4).toString("base64url");
    for (const element of elementsIn(block)) element.action_id ??= randomBytes(4).toString("base64url");
  }
  return blocks;
}

/** All elements of these blocks that a person can act on, in order. */
export function elementsOf(blocks: readonly Block[]): Placed[] {
  return blocks.flatMap((block) =>
    elementsIn(block).map((element) => ({
      blockId: block.block_id ?? "",
      actionId: element.action_id ?? "",
      element,
      ...(block.type === "input" ? { input: block } : {}),
    })),
  );
}

/** The element with this action id (and block id, when several share it). */
export function findElement(blocks: readonly Block[], actionId: string, blockId?: string): Placed | undefined {
  return elementsOf(blocks).find(
    (placed) => placed.actionId === actionId && (blockId === undefined || placed.blockId === blockId),
  );
}
