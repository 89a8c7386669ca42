import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/**
 * Keeps the element that the given ref is for as high as it was under the key before: what takes the place of
 * something does not begin by pulling up all that stands beneath it.
 */
export function useKeptHeight(key: unknown): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement>(null);
  const height = useRef(0);
  const keyBefore = useRef(key);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      height.current = entry?.borderBoxSize[0]?.blockSize ?? 0;
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (keyBefore.current === key || !element.current) return;
    keyBefore.current = key;
    element.current.style.minHeight = `${height.current}px`;
  }, [key]);
  return element;
}
