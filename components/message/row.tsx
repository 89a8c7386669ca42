import type { ReactElement, ReactNode } from "react";
import type { IconName } from "../ui/icon.tsx";
import { TickLink } from "./tick-link.tsx";

interface RowProps {
  tick: IconName;
  tone?: string | false | undefined;
  /** entry (a ledger line), brief (one line of notes), strip-row. */
  kind?: string;
  amount?: string | undefined;
  /** What its tick is of (`TickLink`). */
  at?: string | undefined;
  children: ReactNode;
}

/** A row of an answer: a tick on the spine, a body, an amount. */
export const Row = ({ tick, tone, kind, amount, at, children }: RowProps): ReactElement => (
  <div className={kind ? `row ${kind}` : "row"}>
    <TickLink name={tick} {...{ tone, at }} />
    <div className="body min-w-0">{children}</div>
    {amount !== undefined && <div className="amount">{amount}</div>}
  </div>
);
