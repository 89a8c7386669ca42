"use client";

import type { ReactElement } from "react";
import type { Part } from "#lib/protocol/message.ts";
import { ToolCallRow } from "./tool-call-row.tsx";
import { ToolGroupRow } from "./tool-group-row.tsx";
import { ownCalls, partsInside, toolRows } from "./tool-rows.ts";

export interface ToolCallsProps {
  /** The calls that a model made at once, and what was written inside them. */
  parts: readonly Part[];
  runId: string;
  /** Their run is. */
  isLive: boolean;
  /** No row stands beneath them. */
  isLast: boolean;
  /** The newest event's time, by the server's clock. */
  lastAt: number;
}

/** The calls of a step, each a line of the ledger, those that run side by side under one line. */
export function ToolCalls({ parts, runId, isLive, isLast, lastAt }: ToolCallsProps): ReactElement {
  const rows = toolRows(ownCalls(parts));
  const inside = partsInside(parts);
  return (
    <>
      {rows.map(({ key, calls }, at) => {
        const [call] = calls;
        const shared = { inside, runId, isLive, lastAt, isLast: isLast && at === rows.length - 1 };
        if (calls.length > 1 || !call) return <ToolGroupRow key={key} calls={calls} {...shared} />;
        return <ToolCallRow key={key} call={call} {...shared} />;
      })}
    </>
  );
}
