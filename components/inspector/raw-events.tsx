import { type ReactElement, useDeferredValue, useMemo, useRef, useState } from "react";
import { filterEvents, summaryOfEvent } from "#lib/client/inspector/filter-events.ts";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { CopyAction } from "../ui/copy-action.tsx";
import { grouped } from "../ui/format-amount.ts";
import type { Playback } from "./use-playback.ts";
import { useVisibleRows } from "./use-visible-rows.ts";
import { useWords } from "./use-words.ts";

interface RawEventsProps {
  inspection: Inspection;
  playback: Playback;
  runId: string;
}

/** All events as they are stored, those that hold a text, and the one that is shown in full. */
export function RawEvents({ inspection, playback, runId }: RawEventsProps): ReactElement {
  const { log, head } = inspection;
  const { seq, goTo } = playback;
  const w = useWords();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  const events = useMemo(() => filterEvents(log.events.slice(0, head), wanted), [log, head, wanted]);
  const current = events.findLastIndex((event) => event.seq <= seq);
  const box = useRef<HTMLDivElement>(null);
  const rows = useVisibleRows(box, events.length, Math.max(0, current));
  const shown = log.events[Math.max(0, seq - 1)];
  return (
    <>
      <div className="filter">
        <input
          className="search"
          type="search"
          aria-label={w("filter")}
          placeholder={w("filter")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="figures">
          {w("filter.count", { n: grouped(events.length), all: grouped(head) })}
        </span>
      </div>
      {events.length === 0 && <p className="note">{w("filter.none")}</p>}
      <div className="raws" ref={box} onScroll={rows.onScroll} tabIndex={-1}>
        <ol style={{ height: rows.height }}>
          {events.slice(rows.from, rows.to).map((event, at) => (
            <li key={event.seq} style={{ top: rows.topOf(rows.from + at) }}>
              <button
                type="button"
                className={event.seq > seq ? "raw later" : "raw"}
                aria-current={event.seq === seq || undefined}
                onClick={() => goTo(event.seq)}
              >
                <span className="n">{event.seq}</span>
                <code>{event.type}</code>
                <span className="sum">{showHidden(summaryOfEvent(event))}</span>
              </button>
            </li>
          ))}
        </ol>
      </div>
      {shown && <EventJson event={shown} />}
      <div className="acts">
        <CopyAction label={w("copy")} read={() => JSON.stringify(shown, null, 2)} />
        <CopyAction
          label={w("copy.all")}
          read={() => events.map((event) => `${JSON.stringify(event)}\n`).join("")}
        />
        <a className="btn" href={`/api/runs/${runId}/fixture`} download={`run-${runId}.ndjson`}>
          {w("download")}
        </a>
      </div>
    </>
  );
}

/** More of one event is for a file. */
const maxShownLength = 20_000;

function EventJson({ event }: { event: RunEvent }): ReactElement {
  const json = JSON.stringify(event, null, 2);
  return (
    // A long one is read with the arrow keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className="json" tabIndex={0} aria-label={event.type}>
      {showHidden(json.length > maxShownLength ? `${json.slice(0, maxShownLength)}…` : json)}
    </pre>
  );
}
