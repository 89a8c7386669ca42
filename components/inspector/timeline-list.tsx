import { memo, type ReactElement, useEffect, useMemo, useRef } from "react";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import type { TimelineKind, TimelineRow } from "#lib/client/inspector/story.ts";
import { timelineOf } from "#lib/client/inspector/timeline.ts";
import type { Reconnection } from "#lib/client/reconnection.ts";
import { agentName } from "../message/agent-name.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { formatSeconds, grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { formatClockSeconds } from "./format-seconds.ts";
import { useIsNarrow } from "./use-is-narrow.ts";
import type { Playback } from "./use-playback.ts";
import { useVisibleRows } from "./use-visible-rows.ts";
import { type InspectorTranslate, useWords } from "./use-words.ts";

interface TimelineListProps {
  inspection: Inspection;
  playback: Playback;
  conversationId: string;
}

/** The story of the run, a line for each thing that happened. A line leads to its event. */
export function TimelineList({ inspection, playback, conversationId }: TimelineListProps): ReactElement {
  const { log, head, phase } = inspection;
  const { seq, goTo } = playback;
  const reconnections = useReconnections(inspection, conversationId);
  // The log is the same object while it grows.
  const rows = useMemo(
    () => timelineOf(log.events.slice(0, head), reconnections),
    [log, head, reconnections],
  );
  const current = rows.findLastIndex((row) => row.seq <= seq);
  const box = useRef<HTMLDivElement>(null);
  const seen = useVisibleRows(box, rows.length, Math.max(0, current), {
    rowHeight: useIsNarrow() ? 36 : 28,
    inset: 8,
  });
  const choose = useRef(goTo);
  useEffect(() => {
    choose.current = goTo;
  });
  const onChoose = useMemo(() => (to: number) => choose.current(to), []);
  return (
    <div className="raws" ref={box} onScroll={seen.onScroll} tabIndex={-1}>
      <ol className="events" style={{ height: seen.height }}>
        {rows.slice(seen.from, seen.to).map((row, nth) => (
          <Line
            key={`${row.seq} ${row.kind}`}
            {...{ row, onChoose }}
            top={seen.topOf(seen.from + nth)}
            edge={edgeOf(seen.from + nth, rows.length)}
            isCurrent={seen.from + nth === current}
            isLater={row.seq > seq}
            isLive={phase === "live" && seen.from + nth === rows.length - 1}
            // Of one that goes on its time is not known yet; one that was amended is another row.
            amount={row.ms}
          />
        ))}
      </ol>
    </div>
  );
}

/** The spine begins and ends at a tick. */
const edgeOf = (at: number, count: number): string | undefined =>
  [at === 0 && "first", at === count - 1 && "last"].filter(Boolean).join(" ") || undefined;

/** Of this run, while its conversation was shown and since it is looked at here. */
function useReconnections(
  { reconnections, log }: Inspection,
  conversationId: string,
): readonly Reconnection[] {
  const { chat } = useChat();
  const { runId } = log.state;
  return useMemo(() => {
    const before = chat.conversation(conversationId).getState().reconnections;
    return [...before.filter((each) => each.runId === runId), ...reconnections];
  }, [chat, conversationId, runId, reconnections]);
}

interface LineProps {
  row: TimelineRow;
  /** px. */
  top: number;
  edge: string | undefined;
  isCurrent: boolean;
  isLater: boolean;
  isLive: boolean;
  amount: number | undefined;
  onChoose(seq: number): void;
}

const Line = memo(
  function Line({ row, top, edge, isCurrent, isLater, isLive, onChoose }: LineProps): ReactElement {
    const t = useTranslate();
    const w = useWords();
    const amounts = [
      row.tokens !== undefined && t("amount.tokens", { n: grouped(row.tokens) }),
      row.ms !== undefined && formatSeconds(t, row.ms),
    ].filter(Boolean);
    return (
      <li className={edge} style={{ top }}>
        <button
          type="button"
          className={isLater ? "ev later" : "ev"}
          aria-current={isCurrent || undefined}
          onClick={() => onChoose(row.seq)}
        >
          <span className="n">{formatClockSeconds(row.atMs)}</span>
          <span className={isLive ? "tick live" : row.isBad ? "tick bad" : "tick"} aria-hidden="true">
            <Icon name={rowIcons[row.kind]} />
          </span>
          <span className="nm" style={{ paddingLeft: `${Math.min(row.depth, 6) * 12}px` }}>
            {rowWords(w, agentKinds.has(row.kind) ? { ...row, name: agentName(t, row.name) } : row)}
            {row.isBad && <span className="sr-only">, {w("row.bad")}</span>}
          </span>
          <span className="amt">{amounts.at(-1)}</span>
        </button>
      </li>
    );
  },
  (old, next) =>
    old.top === next.top &&
    old.edge === next.edge &&
    old.isCurrent === next.isCurrent &&
    old.isLater === next.isLater &&
    old.isLive === next.isLive &&
    old.amount === next.amount &&
    old.row.seq === next.row.seq &&
    old.row.name === next.row.name &&
    old.row.attempt === next.row.attempt &&
    old.row.isBad === next.row.isBad,
);

const rowIcons: Readonly<Record<TimelineKind, IconName>> = {
  ...{ start: "step", step: "step", reasoning: "thought", text: "text", refusal: "text" },
  ...{ tool: "tool", approval: "ask", object: "card", handoff: "hand", steered: "enter", source: "text" },
  ...{ workflow: "step", progress: "text", retry: "again", gap: "gap", holder: "gap" },
  ...{ reconnection: "gap", stop: "stop", end: "end" },
};

/** Rows that are about an agent. */
const agentKinds: ReadonlySet<TimelineKind> = new Set(["start", "step"]);

function rowWords(w: InspectorTranslate, row: TimelineRow): string {
  const { kind, name, attempt, of } = row;
  const nth =
    attempt === undefined
      ? ""
      : ` · ${of === undefined ? w("row.attempt", { n: attempt }) : w("row.attempt.of", { n: attempt, of })}`;
  return mainWords() + nth;

  function mainWords(): string {
    if (kind === "end") return w(endKeys[name] ?? "row.end.finish");
    if (kind === "retry" && name === "dropped") return w("row.dropped");
    if (kind === "holder") return w(holderKeys[name] ?? "row.holder");
    return w(`row.${kind}`, { name });
  }
}

const endKeys: Readonly<
  Record<string, "row.end.finish" | "row.end.abort" | "row.end.error" | "row.end.interrupted">
> = {
  ...{ finish: "row.end.finish", abort: "row.end.abort", error: "row.end.error" },
  interrupted: "row.end.interrupted",
};

const holderKeys: Readonly<
  Record<string, "row.holder.anew" | "row.holder.continued" | "row.holder.fetched">
> = { anew: "row.holder.anew", continued: "row.holder.continued", fetched: "row.holder.fetched" };
