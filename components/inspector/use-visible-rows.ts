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

const rowHeight = 28;
/** Rows that are rendered beyond the edges. */
const margin = 20;
/** Until it is known how many are seen. */
const firstRows = 60;

/** `ref` is what scrolls; `current` is kept in view when it changes. */
export function useVisibleRows(
  ref: RefObject<HTMLDivElement | null>,
  count: number,
  current: number,
): VisibleRows {
  const [top, setTop] = useState(0);
  const first = Math.max(0, Math.floor(top / rowHeight) - margin);
  const from = Math.min(first, Math.max(0, count - 1));
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const at = current * rowHeight;
    if (at < box.scrollTop) box.scrollTop = at;
    else if (at + rowHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = at + rowHeight - box.clientHeight;
    setTop(box.scrollTop);
  }, [ref, current]);
  return {
    from,
    to: Math.min(count, first + firstRows + 2 * margin),
    height: count * rowHeight,
    topOf: (row) => row * rowHeight,
    onScroll: () => setTop(ref.current?.scrollTop ?? 0),
  };
}
