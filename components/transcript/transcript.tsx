"use client";

import type { ReactElement } from "react";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Connection } from "../message/connection-notices.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { type TurnActions, TurnView } from "./turn-view.tsx";

interface TranscriptProps {
  state: ShownConversation;
  actions: TurnActions;
  connection: Connection | undefined;
  /** The turn that was asked for here, in this page. */
  freshKey: string | undefined;
  model: string;
  isOffline: boolean;
  /** The newest answer was asked for in another tab. */
  isElsewhere: boolean;
}

/** The turns of a conversation. Not a live region: the announcer speaks for it. */
export function Transcript(props: TranscriptProps): ReactElement {
  const { state, actions, connection, freshKey, model, isOffline, isElsewhere } = props;
  const t = useTranslate();
  const last = state.turns.length - 1;
  return (
    <section aria-label={t("transcript.label")}>
      {state.turns.map((turn, at) => (
        <TurnView
          key={turn.key}
          {...{ turn, actions, model }}
          canAskAgain={at === last && !state.busy}
          isFresh={at === last && turn.key === freshKey}
          connection={at === last ? connection : undefined}
          isOffline={at === last && isOffline}
          isElsewhere={at === last && isElsewhere}
        />
      ))}
    </section>
  );
}
