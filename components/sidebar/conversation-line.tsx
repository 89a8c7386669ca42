"use client";

import { type ReactElement, useId, useState } from "react";
import type { ListChange } from "#lib/client/conversation-list/list-change.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ConversationSummary } from "#lib/protocol/conversation-view.ts";
import type { LiveRunView } from "#lib/protocol/live-run-view.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { BackgroundLine } from "./background-line.tsx";
import { LazyDeletedLine } from "./lazy-deleted-line.ts";
import type { RenameField } from "./rename-field.tsx";

interface ConversationLineProps {
  conversation: ConversationSummary;
  isCurrent: boolean;
  /** Its answer was finished while another conversation was shown. */
  isUnseen: boolean;
  /** In the background; undefined: there is none, or nothing is known of it. */
  run: LiveRunView | undefined;
  /** Tab reaches it. */
  isReached: boolean;
  /** What the server has just not done. */
  failed: ListChange["what"] | undefined;
  onPicked: (() => void) | undefined;
  onRename(title: string): void;
  onRemove(): void;
}

/** A conversation in the index; what can be done with it opens beneath, so that no pointer has to hover. */
export function ConversationLine(props: ConversationLineProps): ReactElement {
  const { conversation, isCurrent, isUnseen, run, isReached, failed, onPicked, onRename, onRemove } = props;
  const { id, activeRunId } = conversation;
  const t = useTranslate();
  const [open, setOpen] = useState<"no" | "actions" | "rename">("no");
  const [Field, setField] = useState<typeof RenameField>();
  const actionsId = useId();
  const title = showHidden(conversation.title) || t("index.untitled");
  const tabIndex = isReached ? 0 : -1;

  const close = () => setOpen("no");

  function rename(next: string) {
    close();
    if (next !== "" && next !== conversation.title) onRename(next);
  }

  function openActions() {
    LazyDeletedLine.preload();
    setOpen(open === "no" ? "actions" : "no");
  }

  /** Stays as it is where the field cannot be loaded: nothing could be renamed then. */
  function openField() {
    void loadField().then(
      (loaded) => {
        setField(() => loaded.RenameField);
        setOpen("rename");
      },
      () => undefined,
    );
  }

  if (open === "rename" && Field)
    return <Field id={id} title={conversation.title} onDone={rename} onCancel={close} />;
  return (
    <li data-line={id} className="line-of-list" data-open={open === "actions" ? "" : undefined}>
      <a
        className="item"
        href={`/c/${id}`}
        aria-current={isCurrent ? "page" : undefined}
        tabIndex={tabIndex}
        onClick={navigateOnClick(onPicked)}
      >
        <span className="t" dir="auto">
          {title}
        </span>
        <StatusMark isAnswering={activeRunId !== undefined} isUnseen={isUnseen} />
      </a>
      <button
        type="button"
        className="more"
        tabIndex={tabIndex}
        aria-label={t("index.actions", { title })}
        aria-expanded={open === "actions"}
        aria-controls={actionsId}
        onClick={openActions}
      >
        <Icon name="more" />
      </button>
      {run && activeRunId !== undefined && <BackgroundLine run={run} />}
      {open === "actions" && <LineActions id={actionsId} onRename={openField} onRemove={onRemove} />}
      {failed && (
        <p className="line-note" role="alert">
          {t(`index.failed.${failed}`)}
        </p>
      )}
    </li>
  );
}

const loadField = () => import("./rename-field.tsx");

interface LineActionsProps {
  id: string;
  onRename(): void;
  onRemove(): void;
}

function LineActions({ id, onRename, onRemove }: LineActionsProps): ReactElement {
  const t = useTranslate();
  return (
    <div className="line-actions" id={id}>
      <button type="button" className="btn" onClick={onRename}>
        <Icon name="edit" />
        {t("index.rename")}
      </button>
      <button type="button" className="btn" onClick={onRemove}>
        <Icon name="remove" />
        {t("index.remove")}
      </button>
    </div>
  );
}

/** An open circle while it is being answered, a dot when there is an answer that was not seen. */
function StatusMark({
  isAnswering,
  isUnseen,
}: {
  isAnswering: boolean;
  isUnseen: boolean;
}): ReactElement | null {
  const t = useTranslate();
  if (!isAnswering && !isUnseen) return null;
  const words = t(isAnswering ? "index.answering" : "index.answered");
  return (
    <span className={isAnswering ? "dot" : "dot full"} title={words}>
      <span className="sr-only">{words}</span>
    </span>
  );
}
