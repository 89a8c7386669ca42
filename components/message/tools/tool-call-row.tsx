"use client";

import type { ReactElement } from "react";
import type { ToolPart } from "#lib/protocol/message.ts";
import { Row } from "../row.tsx";
import { type InsideCalls, ToolCallView } from "./tool-call-view.tsx";
import { toolFace } from "./tool-face.ts";
import { useToolTime } from "./use-tool-time.ts";

interface ToolCallRowProps extends InsideCalls {
  call: ToolPart;
}

/** A call as a line of its own; one that waits for a person is the only filled block of the page. */
export function ToolCallRow(props: ToolCallRowProps): ReactElement {
  const { call, isLive, lastAt } = props;
  const face = toolFace(call, isLive);
  const { amount } = useToolTime([call], isLive, lastAt);
  const kind = face.tone === "needs" ? "entry ask" : "entry";
  return (
    <Row tick={face.tick} tone={face.tone} kind={kind} amount={amount}>
      <ToolCallView {...props} />
    </Row>
  );
}
