import { type RefObject, useEffect } from "react";

/** Closes what is open over the page at a click, or when the focus goes, outside of it and its button. */
export function useCloseOutside(
  here: RefObject<HTMLElement | null>,
  onClose: (byKey: boolean) => void,
): void {
  useEffect(() => {
    const left = new AbortController();
    const closeOutside = ({ target }: Event) => {
      const menu = here.current?.parentElement;
      if (target instanceof Node && menu && !menu.contains(target)) onClose(false);
    };
    document.addEventListener("pointerdown", closeOutside, { signal: left.signal });
    document.addEventListener("focusin", closeOutside, { signal: left.signal });
    return () => left.abort();
  }, [here, onClose]);
}
