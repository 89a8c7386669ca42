import type { ReactElement, ReactNode } from "react";

/** Something is not there, or not any more: said calmly, with one thing to do. */
export const CalmNote = ({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children?: ReactNode;
}): ReactElement => (
  <section className="calm">
    <h2>{title}</h2>
    <p>{text}</p>
    {children}
  </section>
);
