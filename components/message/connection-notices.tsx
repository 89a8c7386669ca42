"use client";

import type { ReactElement } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import { seconds, wholeSeconds } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
import { Row } from "./row.tsx";

/** The line to the live run, as far as a reader has to know of it. */
export interface Connection {
  /** Set once the line has been away long enough to be told. */
  lostAttempt: number | undefined;
  backAfterMs: number | undefined;
  durability: ShownConversation["durability"];
}

/** The gap in the spine while the line is away, the trace that it leaves, and trouble with saving. */
export function ConnectionNotices({
  connection,
  onNow,
}: {
  connection: Connection;
  onNow(): void;
}): ReactElement {
  const t = useTranslate();
  const { lostAttempt, backAfterMs, durability } = connection;
  return (
    <>
      {lostAttempt === undefined && backAfterMs !== undefined && (
        <Row tick="gap" kind="brief">
          <p className="note back">{t("connection.back", { time: seconds(t, backAfterMs) })}</p>
        </Row>
      )}
      {durability !== "ok" && (
        <Row tick="gap" tone="cut" kind="brief">
          <p className="note run" role={durability === "stopped" ? "alert" : undefined}>
            {t(`durability.${durability}`)}
          </p>
        </Row>
      )}
      {lostAttempt !== undefined && <LostRow attempt={lostAttempt} onNow={onNow} />}
    </>
  );
}

/** What was shown and is not stored any more is not taken back without a word. */
export function TruncatedNotice(): ReactElement {
  const t = useTranslate();
  return (
    <Row tick="gap" tone="cut" kind="brief">
      <p className="note run" role="alert">
        {t("durability.truncated")}
      </p>
    </Row>
  );
}

function LostRow({ attempt, onNow }: { attempt: number; onNow(): void }): ReactElement {
  const t = useTranslate();
  const away = useElapsed(1000, true);
  return (
    <Row tick="gap" tone="live" kind="brief" amount={away === undefined ? undefined : wholeSeconds(t, away)}>
      <p className="note run">
        {t("connection.lost", { n: attempt })} ·{" "}
        <button type="button" className="link" onClick={onNow}>
          {t("connection.now")}
        </button>
      </p>
    </Row>
  );
}
