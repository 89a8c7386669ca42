"use client";

import { type ReactElement, type ReactNode, useMemo } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Part, ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { Answers } from "./answers.tsx";
import { AttemptsLine } from "./attempts-line.tsx";
import { builtInOutput } from "./built-in-output.tsx";
import { CodeInput, writtenCode } from "./code-input.tsx";
import { IoPane, sizeWords } from "./io-pane.tsx";
import type { PrintedJson } from "./json-printer.ts";
import { isOwnQuestion } from "./own-question.ts";
import { readableOutput } from "./readable-output.ts";
import { RetryCall } from "./retry-call.tsx";
import type { ToolFace } from "./tool-face.ts";

interface ToolBodyProps {
  call: ToolPart;
  face: ToolFace;
  printed: PrintedJson;
  /** What was written inside this call. */
  parts: readonly Part[];
  runId: string;
  /** How that is shown. */
  children: ReactNode;
}

/** A longer reason stands in a pane, as it came. */
const longReason = 400;

/** What unfolds under the line of a call: what became of it, what it was given, what it gave back. */
export function ToolBody({ call, face, printed, parts, runId, children }: ToolBodyProps): ReactElement {
  const t = useTranslate();
  const isWriting = face.state === "input-streaming";
  const code = writtenCode(call, printed);
  const words = outcomeWords(t, call, face);
  const isLongReason = words !== undefined && words.length > longReason;
  return (
    <div className="unfolded">
      {words !== undefined && !isLongReason && (
        <p className="whitespace-pre-line" dir="auto">
          {showHidden(words)}
        </p>
      )}
      {isLongReason && <IoPane label={t("tool.output")} text={words} />}
      <AttemptsLine call={call} />
      {call.isRepeatable && <RetryCall {...{ call, runId }} />}
      {call.answers && <Answers call={call} />}
      {code === undefined ? (
        !isOwnQuestion(call) && <Input {...{ printed, isWriting }} />
      ) : (
        <CodeInput {...{ code, isWriting }} />
      )}
      {children}
      {!isOwnQuestion(call) && <Output {...{ call, parts }} />}
    </div>
  );
}

const maxLiveLines = 20;
/** Arguments that are not longer stand in one line, once they are whole. */
const maxShortInput = 64;

function inOneLine(lines: readonly string[]): string {
  const text = lines.map((line) => line.trim()).join(" ");
  return text.length <= maxShortInput ? text : lines.join("\n");
}

function Input({ printed, isWriting }: { printed: PrintedJson; isWriting: boolean }): ReactElement | null {
  const t = useTranslate();
  const { settled, last, isRaw } = printed;
  // While it is written, its end is what is new.
  const lines = isWriting ? settled.slice(-maxLiveLines) : settled;
  const text = isWriting || isRaw ? [...lines, last].join("\n") : inOneLine([...lines, last]);
  if (text.trim() === "" && !isWriting) return null;
  return (
    <IoPane
      label={t("tool.input")}
      {...(!isWriting && { copyLabel: t("tool.copy.input") })}
      {...{ text, isWriting }}
    >
      {isRaw && <p className="mark">{t("tool.not-json")}</p>}
    </IoPane>
  );
}

function Output({ call, parts }: { call: ToolPart; parts: readonly Part[] }): ReactElement | null {
  const t = useTranslate();
  const { output, endedAt, state } = call;
  const isDone = state === "output-available";
  const { text, pictures } = useMemo(
    () => readableOutput(output, (bytes) => t("tool.picture.text", { size: sizeWords(t, bytes) })),
    [output, t],
  );
  if (output === undefined && !isDone) return null;
  const own = builtInOutput(call);
  if (own) return own;
  if (parts.some((part) => isAgentOutput(part, text.trim()))) return null;
  if (text === "" && pictures.length === 0) return <p className="mark">{t("tool.output.none")}</p>;
  const label =
    endedAt === undefined ? "tool.output.far" : isOutside(call) ? "tool.output.outside" : "tool.output";
  return (
    <IoPane label={t(label)} copyLabel={t("tool.copy.output")} text={text}>
      {pictures.map(({ url }, at) => (
        // Pictures of one output never change places.
        // oxlint-disable-next-line react/no-array-index-key
        <img key={at} className="picture" src={url} alt={t("tool.picture", { n: at + 1 })} />
      ))}
    </IoPane>
  );
}

/** An agent's output is what it wrote last, which stands above. */
const isAgentOutput = (part: Part, text: string): boolean =>
  part.type === "text"
    ? text !== "" && part.text.trim() === text
    : part.type === "object" && part.valid === true;

/** The log says so; that of an older build only of what a person was asked about. */
const isOutside = ({ isOutside: isMarked, effect }: ToolPart): boolean => isMarked ?? effect === "network";

/** What is to be said of how a call ended; undefined: its output says it. */
function outcomeWords(
  t: Translate,
  { errorText, decision }: ToolPart,
  { state }: ToolFace,
): string | undefined {
  switch (state) {
    case "output-denied":
      if (!decision) return t("tool.refused");
      if (decision.scope === "conversation") return t("approval.no.never");
      return decision.reason ? t("approval.no.reason", { reason: decision.reason }) : t("approval.no");
    case "output-error":
      return errorText;
    case "timed-out":
      return t("tool.late");
    case "stopped":
      return t("tool.halted");
    case "output-available":
      if (!decision?.approved || decision.content) return undefined;
      return t(decision.scope === "conversation" ? "approval.yes.always" : "approval.yes");
    case "input-streaming":
    case "input-available":
    case "running":
    case "approval-requested":
    case "asks":
      return undefined;
    default:
      return state satisfies never;
  }
}
