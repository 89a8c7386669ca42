import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useState } from "react";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { runStanding } from "#lib/client/inspector/run-standing.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { EventFacts } from "./event-facts.tsx";
import { formatClockSeconds } from "./format-seconds.ts";
import { GraphAt } from "./graph-at.tsx";
import { RawEvents } from "./raw-events.tsx";
import { Scrubber } from "./scrubber.tsx";
import { SentPrompt } from "./sent-prompt.tsx";
import { TimelineList } from "./timeline-list.tsx";
import type { Playback } from "./use-playback.ts";
import { useWords } from "./use-words.ts";

interface InspectorPaneProps {
  inspection: Inspection;
  playback: Playback;
  conversationId: string;
  runId: string;
  /** The replayed page, where there is no room for it beside the pane. */
  page: ReactNode | undefined;
  onAgain(): void;
}

const tabs = ["page", "timeline", "graph", "prompt", "raw"] as const;
type Tab = (typeof tabs)[number];

/** The inspector beside the page: a tab of it at a time, and under it the position. */
export function InspectorPane(props: InspectorPaneProps): ReactElement {
  const { inspection, playback, conversationId, runId, page, onAgain } = props;
  const t = useTranslate();
  const w = useWords();
  const id = useId();
  // Where it lies over the page, it is the page.
  const [Pane, Heading] = page === undefined ? (["aside", "h2"] as const) : (["main", "h1"] as const);
  const [chosen, setTab] = useState<Tab>("timeline");
  const { phase, log } = inspection;
  const has = {
    page: page !== undefined,
    graph: log.state.workflow !== undefined,
    timeline: true,
    prompt: true,
    raw: true,
  };
  const shownTabs = tabs.filter((each) => has[each]);
  const tab = has[chosen] ? chosen : "timeline";
  const isUnread = phase === "loading" && log.events.length === 0;
  return (
    <Pane className="insp" aria-label={w("label")}>
      {page !== undefined && <title>{t("app.title", { title: w("label") })}</title>}
      <header>
        <Heading>{w("run", { id: runId.slice(0, 8) })}</Heading>
        <span className={playback.isAtEnd ? "state figures" : "state figures then"}>{stateWords()}</span>
        <a
          className="btn icon"
          href={`/c/${conversationId}`}
          aria-label={w("close")}
          title={w("close")}
          onClick={navigateOnClick()}
        >
          <Icon name="close" />
        </a>
      </header>
      <div className="tabs" role="tablist" aria-label={w("tabs")}>
        {shownTabs.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`${id}${each}`}
            aria-selected={each === tab}
            aria-controls={`${id}panel`}
            tabIndex={each === tab ? 0 : -1}
            onClick={() => setTab(each)}
            onKeyDown={onKeyDown}
          >
            {w(`tab.${each}`)}
          </button>
        ))}
      </div>
      <div className={`panel ${tab}`} role="tabpanel" id={`${id}panel`} aria-labelledby={`${id}${tab}`}>
        {(isUnread || phase === "missing") && (
          <output className="note">{w(isUnread ? "run.loading" : "run.missing")}</output>
        )}
        {phase === "away" && <Unread onAgain={onAgain} />}
        {log.events.length > 0 && panel()}
      </div>
      {log.events.length > 0 && tab !== "page" && <EventFacts {...{ inspection, seq: playback.seq }} />}
      {log.events.length > 0 && <Scrubber {...{ inspection, playback, runId }} />}
    </Pane>
  );

  function panel(): ReactNode {
    switch (tab) {
      case "page":
        return page;
      case "timeline":
        return <TimelineList {...{ inspection, playback, conversationId }} />;
      case "graph":
        return <GraphAt {...{ inspection, runId, seq: playback.seq }} />;
      case "prompt":
        return <SentPrompt {...{ inspection, runId, seq: playback.seq }} />;
      case "raw":
        return <RawEvents {...{ inspection, playback, runId }} />;
      default:
        return tab satisfies never;
    }
  }

  function stateWords(): string {
    const [first] = log.events;
    if (!first) return "";
    const shown = log.events[playback.seq - 1] ?? first;
    const time = t("amount.seconds", { n: formatClockSeconds(shown.ts - first.ts) });
    if (!playback.isAtEnd) return w("run.replaying", { time });
    if (inspection.isLost) return w("run.lost");
    return phase === "ended" || phase === "live" ? w(`run.${runStanding(log.state)}`, { time }) : "";
  }

  function onKeyDown(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = by && shownTabs.at((shownTabs.indexOf(tab) + by) % shownTabs.length);
    if (!next) return;
    event.preventDefault();
    setTab(next);
    document.getElementById(`${id}${next}`)?.focus();
  }
}

function Unread({ onAgain }: { onAgain(): void }): ReactElement {
  const w = useWords();
  return (
    <output className="note">
      {w("run.away")}{" "}
      <button type="button" className="btn line" onClick={onAgain}>
        {w("run.again")}
      </button>
    </output>
  );
}
