"use client";

import type { ReactElement } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { callName } from "#lib/protocol/call-name.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { ReadyControls } from "../../ui/ready-controls.tsx";
import { Row } from "../row.tsx";
import { foldKey, type InsideCalls, ToolCallView } from "./tool-call-view.tsx";
import { type ToolFace, toolFace } from "./tool-face.ts";
import { ToolHead } from "./tool-head.tsx";
import { asksInside } from "./tool-rows.ts";
import { useFold } from "./use-fold.ts";
import { useToolTime } from "./use-tool-time.ts";

interface ToolGroupRowProps extends InsideCalls {
  /** Made at once. */
  calls: readonly ToolPart[];
}

/** Calls that run side by side: one line that counts them, and beneath it a line each. */
export function ToolGroupRow({ calls, ...shared }: ToolGroupRowProps): ReactElement {
  const t = useTranslate();
  const { isLive, isLast, lastAt } = shared;
  const faces = calls.map((call) => toolFace(call, isLive));
  const face = faceOfGroup(faces);
  const { amount } = useToolTime(calls, isLive, lastAt);
  const asks = isLive && calls.some((call) => asksInside(call, shared.inside));
  const fold = useFold(groupKey(calls), face.state === "output-available" ? "closed" : "open", isLast);
  const { toggle } = fold;
  const isOpen = fold.isOpen || asks;
  const names = [...new Set(calls.map(callName))].join(t("list.comma"));
  return (
    <Row
      tick={asks ? "ask" : face.tick}
      tone={asks ? "needs" : face.tone}
      kind="entry"
      at={calls[0]?.toolCallId}
      amount={amount}
    >
      <ReadyControls>
        <ToolHead name={names} summary={counted(t, faces)} isGroup {...{ face, amount, isOpen, toggle }} />
        {isOpen && (
          <div className="kids">
            {calls.map((call) => (
              <div className="kid" key={call.toolCallId}>
                <ToolCallView call={call} {...shared} />
              </div>
            ))}
          </div>
        )}
      </ReadyControls>
    </Row>
  );
}

/** What still goes on says more than what is over, and a failure more than what is done. */
function faceOfGroup(faces: readonly ToolFace[]): ToolFace {
  const order: readonly ToolFace["state"][] = [
    ...(["running", "input-streaming", "input-available", "output-error"] as const),
    ...(["timed-out", "stopped", "output-denied"] as const),
  ];
  const [first = toolFaceOfNothing] = faces;
  const state = order.find((each) => faces.some((face) => face.state === each));
  return faces.find((face) => face.state === state) ?? first;
}

const toolFaceOfNothing: ToolFace = {
  state: "output-available",
  icon: "done",
  color: "",
  tick: "tool",
  tone: false,
};

/** "3 tools · 2 done · 1 failed" */
function counted(t: Translate, faces: readonly ToolFace[]): string {
  const count = (...states: ToolFace["state"][]) =>
    faces.filter(({ state }) => states.includes(state)).length;
  const [done, failed] = [count("output-available"), count("output-error", "timed-out")];
  return [
    t("tools.count", { n: faces.length }),
    ...(done > 0 ? [t("tools.done", { n: done })] : []),
    ...(failed > 0 ? [t("tools.failed", { n: failed })] : []),
  ].join(" · ");
}

const groupKey = ([first]: readonly ToolPart[]): string => (first ? `${foldKey(first)}/all` : "");
