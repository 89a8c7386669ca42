let widths: ResizeObserver | undefined;

/**
 * Marks a box as `data-wide` while what it holds is wider than it is. Only such a box has an edge that fades
 * as one scrolls: the timeline of a box is looked at in each frame of the page, and an answer has many
 * tables. For `ref`.
 */
export function watchOverflow(box: HTMLElement | null): (() => void) | undefined {
  const content = box?.firstElementChild;
  if (!box || !content) return undefined;
  const observer = (widths ??= new ResizeObserver(markWide));
  observer.observe(box);
  observer.observe(content);
  return () => {
    observer.unobserve(box);
    observer.unobserve(content);
  };
}

function markWide(entries: readonly ResizeObserverEntry[]): void {
  const boxes = new Set(entries.map(({ target }) => target.closest(".tablescroll")));
  // All are read before one is changed.
  const marks = [...boxes].map((box) => ({
    box,
    isWide: box !== null && box.scrollWidth > box.clientWidth,
  }));
  for (const { box, isWide } of marks) box?.toggleAttribute("data-wide", isWide);
}
