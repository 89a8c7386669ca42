import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { LiveRunView } from "#lib/protocol/live-run-view.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";

/** How far a run in the background is, beneath its conversation; nothing where it has said nothing. */
export function BackgroundLine({ run }: { run: LiveRunView }): ReactElement | null {
  const t = useTranslate();
  const { progress, status } = run;
  if (status === "waiting") return <p className="line-progress">{t("index.waits")}</p>;
  if (!progress) return null;
  const { message, progress: done, total } = progress;
  const words = showHidden(message);
  const amount = done !== undefined && total !== undefined && total > 0 ? `${done}/${total}` : undefined;
  return (
    <div className="line-progress">
      <span dir="auto">{amount === undefined ? words : `${words} ${amount}`}</span>
      {amount !== undefined && <progress max={total} value={done} aria-label={words} />}
    </div>
  );
}
