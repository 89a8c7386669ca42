import type { ReactElement } from "react";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { LocalTime } from "../ui/local-time.tsx";
import { formatClockSeconds } from "./format-seconds.ts";
import { useWords } from "./use-words.ts";

/** What is known of the event that is shown. */
export function EventFacts({
  inspection,
  seq,
}: {
  inspection: Inspection;
  seq: number;
}): ReactElement | null {
  const t = useTranslate();
  const w = useWords();
  const { log, head } = inspection;
  const [first] = log.events;
  const event = log.events[Math.max(0, seq - 1)];
  if (!first || !event) return null;
  return (
    <dl className="kv figures">
      <div>
        <dt>{w("fact.event")}</dt>
        <dd>{w("value.event", { type: event.type, n: grouped(event.seq), all: grouped(head) })}</dd>
      </div>
      <div>
        <dt>{w("fact.time")}</dt>
        <dd>
          {t("amount.seconds", { n: formatClockSeconds(event.ts - first.ts) })} · <LocalTime at={event.ts} />
        </dd>
      </div>
    </dl>
  );
}
