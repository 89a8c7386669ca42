"use client";

import type { ReactElement } from "react";
import { translateDescription } from "#lib/client/i18n/translate-description.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { WorkflowListing, WorkflowView } from "#lib/protocol/workflow-listing.ts";
import { useWorkflowWords } from "../message/workflow/use-workflow-words.ts";
import { WorkflowDrawing } from "../message/workflow/workflow-drawing.tsx";
import { useChat } from "../providers/chat-provider.tsx";
import { CopyAction } from "../ui/copy-action.tsx";
import { useLanguage } from "../ui/i18n-provider.tsx";
import { navigate } from "../ui/navigate.ts";
import { PageHeader } from "../ui/page-header.tsx";
import { LatestRunGraph } from "./latest-run-graph.tsx";
import { useWorkflowView } from "./use-workflow-view.ts";

interface WorkflowPageProps {
  name: string;
  /** As the server rendered it. */
  first: WorkflowView | undefined;
  onMenu(): void;
}

/** A workflow: what it is for, its drawing, and the newest run of it, lit as it goes. */
export function WorkflowPage({ name, first, onMenu }: WorkflowPageProps): ReactElement {
  const t = useWorkflowWords();
  const view = useWorkflowView(name, first);
  return (
    <main className="page" id="workflow" tabIndex={-1}>
      <PageHeader title={name} onMenu={onMenu} />
      <div className="flow">
        <div className="column wf-page">
          {typeof view === "object" ? (
            <>
              <About workflow={view.workflow} />
              {view.latest ? (
                <LatestRunGraph key={view.latest.conversationId} {...view} latest={view.latest} />
              ) : (
                <>
                  <p className="note">{t("page.none")}</p>
                  <WorkflowDrawing {...view.workflow} />
                </>
              )}
            </>
          ) : (
            <output className="note">{t(`page.${view}`)}</output>
          )}
        </div>
      </div>
    </main>
  );
}

function About({ workflow: { name, description, mermaid } }: { workflow: WorkflowListing }): ReactElement {
  const t = useWorkflowWords();
  const language = useLanguage();
  const { chat } = useChat();
  function ask() {
    chat.conversation(chat.newConversation()).chooseAgent(name);
    navigate("/");
    document.getElementById("composer")?.focus({ preventScroll: true });
  }
  return (
    <>
      <h2>{showHidden(name)}</h2>
      {description !== undefined && (
        <p dir="auto">{showHidden(translateDescription(language, description))}</p>
      )}
      <p className="note">{t("page.lead")}</p>
      <div className="wf-ways">
        <button type="button" className="btn line" onClick={ask}>
          {t("page.ask")}
        </button>
        <CopyAction label={t("page.mermaid")} read={() => mermaid} />
      </div>
    </>
  );
}
