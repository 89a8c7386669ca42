"use client";

import type { ReactElement } from "react";
import type { ToolPart } from "#lib/protocol/message.ts";
import { ReadyControls } from "../../ui/ready-controls.tsx";
import { Row } from "../row.tsx";
import { type InsideCalls, ToolCallView } from "./tool-call-view.tsx";
import { toolFace } from "./tool-face.ts";
import { asksInside } from "./tool-rows.ts";
import { useToolTime } from "./use-tool-time.ts";

interface ToolCallRowProps extends InsideCalls {
  call: ToolPart;
}

/** A call as a line of its own; one that waits for a person is the only filled block of the page. */
export function ToolCallRow(props: ToolCallRowProps): ReactElement {
  const { call, inside, isLive, lastAt } = props;
  const face = toolFace(call, isLive);
  const { amount } = useToolTime([call], isLive, lastAt);
  const asks = isLive && asksInside(call, inside);
  const kind = face.tone === "needs" ? "entry ask" : "entry";
  return (
    <Row
      tick={asks ? "ask" : face.tick}
      tone={asks ? "needs" : face.tone}
      at={call.toolCallId}
      {...{ kind, amount }}
    >
      <ReadyControls>
        <ToolCallView {...props} />
      </ReadyControls>
    </Row>
  );
}
