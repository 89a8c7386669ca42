import type { ReactElement } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ToolPart, ToolState } from "#lib/protocol/message.ts";
import { formatSeconds, wholeSeconds } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
import { Row } from "./row.tsx";

type Shown = ToolState | "stopped";

const toolIcons: Record<Shown, IconName> = {
  "input-streaming": "preparing",
  "input-available": "queued",
  running: "running",
  "approval-requested": "ask",
  "output-available": "done",
  "output-error": "failed",
  "output-denied": "denied",
  stopped: "stop",
};
const tones: Partial<Record<Shown, string>> = {
  "input-streaming": "run",
  running: "run",
  "approval-requested": "ask",
  "output-error": "err",
};

/**
 * A tool call as a line of the ledger: name, what it was given, state in glyph and word. `isLive`: its run
 * is.
 */
export function ToolRow({
  part,
  isLive,
  lastAt,
}: {
  part: ToolPart;
  isLive: boolean;
  lastAt: number;
}): ReactElement {
  const t = useTranslate();
  const isOpen = part.endedAt === undefined;
  const elapsed = useElapsed(Math.max(0, lastAt - part.startedAt), isLive && isOpen);
  const shown: Shown = isOpen && !isLive ? "stopped" : part.state;
  const amount = amountOf(t, part, isLive ? elapsed : undefined);
  const tone = shown === "approval-requested" ? "needs" : isOpen && isLive && "live";
  return (
    <Row tick="tool" tone={tone} kind="entry" amount={amount}>
      <div className="tool">
        <span className="name">{showHidden(part.toolName)}</span>
        <span className="sum">{summary(part)}</span>
        <span className={`state ${tones[shown] ?? ""}`}>
          <Icon name={toolIcons[shown]} />
          {t(`tool.${shown}`)}
          {amount !== undefined && <span className="inline-amount"> · {amount}</span>}
        </span>
      </div>
      {part.errorText !== undefined && <p className="tool-error">{showHidden(part.errorText)}</p>}
    </Row>
  );
}

function amountOf(t: Translate, part: ToolPart, elapsed: number | undefined): string | undefined {
  if (part.endedAt !== undefined) return formatSeconds(t, part.endedAt - part.startedAt);
  return elapsed === undefined ? undefined : wholeSeconds(t, elapsed);
}

const summary = ({ progress, inputText }: ToolPart): string =>
  showHidden((progress?.message ?? inputText).slice(0, 200)).replace(/\s+/g, " ");
