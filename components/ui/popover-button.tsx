"use client";

import {
  type ReactElement,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { Icon } from "./icon.tsx";

interface PopoverButtonProps {
  className: string;
  opens: "menu" | "dialog";
  /** What is chosen by it, for who cannot see that. */
  label: string;
  /** What is chosen. */
  name: string;
  button?: RefObject<HTMLButtonElement | null>;
  /** The pointer is on its way to a click. */
  onApproach?(): void;
  /** What it opens. `close`: `byKey` gives the focus back to the button. */
  children(close: (byKey: boolean) => void): ReactNode;
}

/** A button that says what is chosen; a click opens the others beneath it. */
export function PopoverButton(props: PopoverButtonProps): ReactElement {
  const { className, opens, label, name, onApproach, children } = props;
  const own = useRef<HTMLButtonElement>(null);
  const button = props.button ?? own;
  const [state, setState] = useState<"closed" | "closed by key" | "open">("closed");
  const isOpen = state === "open";
  const close = useCallback((byKey: boolean) => setState(byKey ? "closed by key" : "closed"), []);
  useEffect(() => {
    if (state === "closed by key") button.current?.focus();
  }, [state, button]);
  return (
    <div className={className}>
      <button
        ref={button}
        type="button"
        className="btn"
        aria-haspopup={opens}
        aria-expanded={isOpen}
        onClick={() => setState(isOpen ? "closed" : "open")}
        onPointerEnter={onApproach}
      >
        <span className="sr-only">{label} </span>
        <span className="t">{name}</span>
        <Icon name="down" />
      </button>
      {isOpen && children(close)}
    </div>
  );
}
