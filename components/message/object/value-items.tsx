import { type ComponentType, memo, type ReactElement } from "react";
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
}

/** ValueItems that are compared at once: a long list costs a look at each of its items, and no more. */
const chunkSize = 64;

/** The items of a list, of which all but the last are whole. */
export function ValueItems<Form>(props: ItemsProps<Form>): ReactElement[] {
  const { items, open } = props;
  const count = Math.ceil(items.length / chunkSize);
  return Array.from({ length: count }, (_, at) => (
    // An item never changes its place.
    // oxlint-disable-next-line react/no-array-index-key
    <Chunk key={at} {...props} from={at * chunkSize} open={at === count - 1 ? open : undefined} />
  ));
}

interface ChunkOfItemsProps<Form> extends ItemsProps<Form> {
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
}: ChunkOfItemsProps<Form>): ReactElement {
  const chunk = items.slice(from, from + chunkSize);
  return (
    <>
      {chunk.map((value, index) => {
        const at = from + index;
        return (
          <Item
            // As above.
            // oxlint-disable-next-line react/no-array-index-key
            key={at}
            {...{ form, value }}
            open={at === items.length - 1 ? openWithin(open, at) : undefined}
            faults={faultsWithin(faults, at)}
          />
        );
      })}
    </>
  );
}

function isSameChunk(old: ChunkOfItemsProps<unknown>, next: ChunkOfItemsProps<unknown>): boolean {
  const end = Math.min(next.from + chunkSize, next.items.length);
  if (old.open || next.open || old.form !== next.form || old.faults !== next.faults) return false;
  if (end !== Math.min(old.from + chunkSize, old.items.length)) return false;
  for (let at = next.from; at < end; at += 1) if (old.items[at] !== next.items[at]) return false;
  return true;
}
