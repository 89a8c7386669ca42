import type { ReactElement, ReactNode } from "react";

/** Something is not there, or not any more: said calmly, with one thing to do. */
export const EmptyState = ({
  title,
  text,
  isPage = false,
  children,
}: {
  title: string;
  text: string;
  /** There is nothing else on the page. */
  isPage?: boolean;
  children?: ReactNode;
}): ReactElement => (
  <section className="calm">
    {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
    <p>{text}</p>
    {children}
  </section>
);
