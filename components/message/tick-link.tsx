import type { ComponentProps, ReactElement } from "react";
import { useInspected } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { Tick } from "../ui/tick.tsx";

interface TickLinkProps extends ComponentProps<typeof Tick> {
  /** The part or call that the tick is of, "start" or "end"; absent: nothing in the log. */
  at?: string | undefined;
}

/**
 * A mark on the spine that leads to where it began in the log. It takes no place in the order of Tab: there
 * is a link for the whole answer.
 */
export function TickLink({ at, ...tick }: TickLinkProps): ReactElement {
  const address = useInspected();
  const t = useTranslate();
  if (address === undefined || at === undefined) return <Tick {...tick} />;
  const label = t("tick.inspect");
  return (
    <a
      className="tick-link"
      href={`${address}#at=${encodeURIComponent(at)}`}
      tabIndex={-1}
      aria-label={label}
      title={label}
      onClick={navigateOnClick()}
    >
      <Tick {...tick} />
    </a>
  );
}
