import { type ComponentType, memo, type ReactElement, type ReactNode } from "react";
import { chunkLength, chunksOf } from "#lib/structured/chunked-view.ts";
import type { JsonValue } from "#lib/structured/json-value.ts";
import { faultsWithin, type ObjectFaults } from "./object-faults.ts";
import { type OpenPart, openWithin } from "./part-view.ts";

export interface ItemProps<Form> {
  form: Form;
  value: JsonValue;
  open: OpenPart | undefined;
  faults: ObjectFaults | undefined;
}

interface ItemsProps<Form> extends Omit<ItemProps<Form>, "value"> {
  items: readonly JsonValue[];
  Item: ComponentType<ItemProps<Form>>;
  /** What so many items stand in, from the one with that index on. */
  Box: ComponentType<ItemsBoxProps>;
}

export interface ItemsBoxProps {
  from: number;
  /** `full` where no item joins any more. */
  className: string | undefined;
  children: ReactNode;
}

/**
 * The items of a list, of which all but the last are whole. So many have a box of their own, and are compared
 * at once: of a long list only the last box is laid out while it grows, and another item costs the same
 * however long the list is.
 */
export function ValueItems<Form>({ items, open, ...shared }: ItemsProps<Form>): ReactElement[] {
  const chunks = chunksOf(items);
  return chunks.map((chunk, at) => (
    // An item never changes its place.
    // oxlint-disable-next-line react/no-array-index-key
    <Chunk
      key={at}
      {...shared}
      items={chunk}
      from={at * chunkLength}
      open={at === chunks.length - 1 ? open : undefined}
    />
  ));
}

interface ChunkOfItemsProps<Form> extends ItemsProps<Form> {
  /** The index of the first. */
  from: number;
}

// Cast: `memo` forgets that a component is generic.
const Chunk = memo(ChunkOfItems, isSameChunk) as typeof ChunkOfItems;

function ChunkOfItems<Form>({
  items,
  from,
  form,
  open,
  faults,
  Item,
  Box,
}: ChunkOfItemsProps<Form>): ReactElement {
  return (
    <Box from={from} className={items.length === chunkLength ? "full" : undefined}>
      {items.map((value, index) => (
        <Item
          // As above.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          {...{ form, value }}
          open={index === items.length - 1 ? openWithin(open, from + index) : undefined}
          faults={faultsWithin(faults, from + index)}
        />
      ))}
    </Box>
  );
}

function isSameChunk(old: ChunkOfItemsProps<unknown>, next: ChunkOfItemsProps<unknown>): boolean {
  if (old.open || next.open || old.form !== next.form || old.faults !== next.faults) return false;
  if (old.items === next.items) return true;
  return old.items.length === next.items.length && old.items.every((item, at) => item === next.items[at]);
}
