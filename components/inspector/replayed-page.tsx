import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { PageHeader } from "../ui/page-header.tsx";
import { useWords } from "./use-words.ts";

interface ReplayedPageProps {
  inspection: Inspection;
  /** The event that is shown. */
  seq: number;
  isAtEnd: boolean;
  children: ReactNode;
  onMenu(): void;
}

/** The conversation's page at an event, in its frame. It follows what is written while it is replayed. */
export function ReplayedPage(props: ReplayedPageProps): ReactElement {
  const { inspection, seq, isAtEnd, children, onMenu } = props;
  const w = useWords();
  const before = useRef(seq);
  useEffect(() => {
    if (before.current !== seq && !isAtEnd)
      window.scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
    before.current = seq;
  }, [seq, isAtEnd]);
  const [first] = inspection.messages;
  const title = first?.role === "user" ? (first.text.trim().split("\n", 1)[0] ?? "") : "";
  return (
    <main className="page" id="inspected" tabIndex={-1}>
      <PageHeader title={title || w("label")} tab={w("label")} onMenu={onMenu} />
      <div className="flow">
        <div className="column">{children}</div>
      </div>
    </main>
  );
}
