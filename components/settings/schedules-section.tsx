"use client";

import { type ReactElement, useEffect, useState } from "react";
import { getSchedules, type SchedulesResult } from "#lib/client/schedule-requests.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ScheduleListing } from "#lib/protocol/schedule-listing.ts";
import { formatTime } from "../ui/format-time.ts";
import { useLanguage } from "../ui/i18n-provider.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { useNow } from "../ui/use-now.ts";
import { SettingLine } from "./setting-line.tsx";
import { useScheduleWords } from "./use-schedule-words.ts";

/** What the operator has declared to be started by the clock: when, and what became of it last. */
export function SchedulesSection(): ReactElement {
  const w = useScheduleWords();
  const [result, setResult] = useState<SchedulesResult>();
  useEffect(() => {
    const left = new AbortController();
    void getSchedules(left.signal).then((next) => {
      if (!left.signal.aborted) setResult(next);
    });
    return () => left.abort();
  }, []);
  if (!result) return <SettingLine name={w("loading")} />;
  if ("problem" in result) return <SettingLine name={w("failed")} />;
  const { schedules } = result.value;
  if (schedules.length === 0) return <SettingLine name={w("none")} note={w("none.note")} />;
  return (
    <>
      {schedules.map((schedule) => (
        <ScheduleLine key={schedule.name} schedule={schedule} />
      ))}
    </>
  );
}

function ScheduleLine({ schedule }: { schedule: ScheduleListing }): ReactElement {
  const w = useScheduleWords();
  const timeOf = useTimeWords();
  const {
    name,
    description,
    cron,
    timeZone: zone,
    agent,
    nextAt,
    lastAt,
    lastConversationId,
    missed,
  } = schedule;
  return (
    <div className="setting tall">
      <SettingLine
        name={showHidden(name)}
        {...(description !== undefined && { note: showHidden(description) })}
      >
        <span className="text-ink-2">
          {nextAt === undefined ? w("never") : w("next", { time: timeOf(nextAt) })}
        </span>
      </SettingLine>
      <small>{w("when", { cron, zone, agent: showHidden(agent) })}</small>
      <small>
        {lastAt === undefined ? w("unstarted") : w("last", { time: timeOf(lastAt) })}
        {lastConversationId !== undefined && (
          <>
            {" · "}
            <a className="link" href={`/c/${lastConversationId}`} onClick={navigateOnClick()}>
              {w("open")}
            </a>
          </>
        )}
      </small>
      {missed && (
        <small>
          {w(missed.count === 1 ? "missed.one" : "missed", {
            n: missed.count,
            ...{ from: timeOf(missed.from), to: timeOf(missed.to) },
          })}
        </small>
      )}
    </div>
  );
}

/** A time, one to come too, by the reader's clock. */
function useTimeWords(): (at: number) => string {
  const language = useLanguage();
  const now = useNow();
  return (at) => (now === undefined ? "" : formatTime(at, now, language));
}
