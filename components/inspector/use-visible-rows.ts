import { type RefObject, useEffect, useState } from "react";

/** Only what is seen of a long list is rendered: all of its rows are equally high. */
interface VisibleRows {
  from: number;
  to: number;
  /** Of all rows, px. */
  height: number;
  topOf(row: number): number;
  onScroll(): void;
}

/** px; `inset`: above the first row and beneath the last one. */
interface RowMetrics {
  rowHeight?: number;
  inset?: number;
}

const usualHeight = 28;
/** Rows that are rendered beyond the edges. */
const margin = 20;
/** Until it is known how many are seen. */
const firstRows = 60;

/** `ref` is what scrolls; `current` is kept in view when it changes. */
export function useVisibleRows(
  ref: RefObject<HTMLDivElement | null>,
  count: number,
  current: number,
  { rowHeight = usualHeight, inset = 0 }: RowMetrics = {},
): VisibleRows {
  const [top, setTop] = useState(0);
  const first = Math.max(0, Math.floor(top / rowHeight) - margin);
  const from = Math.min(first, Math.max(0, count - 1));
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const at = inset + current * rowHeight;
    if (at - inset < box.scrollTop) box.scrollTop = at - inset;
    else if (at + rowHeight + inset > box.scrollTop + box.clientHeight)
      box.scrollTop = at + rowHeight + inset - box.clientHeight;
    setTop(box.scrollTop);
  }, [ref, current, rowHeight, inset]);
  return {
    from,
    to: Math.min(count, first + firstRows + 2 * margin),
    height: count * rowHeight + 2 * inset,
    topOf: (row) => inset + row * rowHeight,
    onScroll: () => setTop(ref.current?.scrollTop ?? 0),
  };
}
