"use client";

import { type ReactElement, useDeferredValue, useEffect, useMemo, useState } from "react";
import { createInspection } from "#lib/client/inspector/inspection.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { useStore } from "../ui/use-store.ts";
import "./inspector.css";
import { InspectorPane } from "./inspector-pane.tsx";
import { ReplayedPage } from "./replayed-page.tsx";
import { ReplayedTranscript } from "./replayed-transcript.tsx";
import { useIsNarrow } from "./use-is-narrow.ts";
import { usePlayback } from "./use-playback.ts";

interface InspectorPageProps {
  conversationId: string;
  runId: string;
  onMenu(): void;
}

/** How a run was made: its page as it was at any event, beside its timeline and its events. */
export function InspectorPage({ conversationId, runId, onMenu }: InspectorPageProps): ReactElement {
  const { environment } = useChat();
  const [round, setRound] = useState(0);
  const store = useMemo(() => createInspection(environment, runId), [environment, runId]);
  const inspection = useStore(store);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round reads it anew
  useEffect(() => store.open(), [store, round]);
  const playback = usePlayback(inspection);
  const isNarrow = useIsNarrow();
  // The handle and the lines move at once, the page when there is time.
  const seq = useDeferredValue(playback.seq);
  const transcript = <ReplayedTranscript {...{ inspection, conversationId, seq }} />;
  return (
    <>
      {!isNarrow && (
        <ReplayedPage {...{ inspection, onMenu, seq }} isAtEnd={playback.isAtEnd}>
          {transcript}
        </ReplayedPage>
      )}
      <InspectorPane
        {...{ inspection, playback, conversationId, runId }}
        page={isNarrow ? transcript : undefined}
        onAgain={() => setRound(round + 1)}
      />
    </>
  );
}
