import { type ReactElement, type ReactNode, useEffect, useRef } from "react";

interface ConfirmProps {
  title: string;
  text: string;
  /** What can be done, the way back last. */
  children: ReactNode;
}

/** A step that asks before something is done; in its place on the page, and the keyboard goes there. */
export function Confirm({ title, text, children }: ConfirmProps): ReactElement {
  const here = useRef<HTMLElement>(null);
  useEffect(() => here.current?.focus(), []);
  return (
    <section className="setting tall" aria-label={title} tabIndex={-1} ref={here}>
      <p>
        {title}
        <small>{text}</small>
      </p>
      <div className="does">{children}</div>
    </section>
  );
}
