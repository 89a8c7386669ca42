"use client";

import { Fragment, type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { getAgents } from "#lib/client/agent-requests.ts";
import { translateDescription } from "#lib/client/i18n/translate-description.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import { getWorkflows } from "#lib/client/workflow-requests.ts";
import type { AgentListing } from "#lib/protocol/agent-listing.ts";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import type { WorkflowListing } from "#lib/protocol/workflow-listing.ts";
import { agentName } from "../message/agent-name.ts";
import { useLanguage, useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { useCloseOutside } from "../ui/use-close-outside.ts";
import { ModelChooser } from "./model-chooser.tsx";
import { optionByKey } from "./option-by-key.ts";

export interface ModelPickerProps {
  current: string | undefined;
  onChoose(model: ModelListing): void;
  /** `byKey`: the focus goes back to where it was. */
  onClose(byKey: boolean): void;
}

/** The models over the page, beneath the button that opens them. A click beside them or Esc closes. */
export function ModelPicker({ current, onChoose, onClose }: ModelPickerProps): ReactElement {
  const t = useTranslate();
  const here = useRef<HTMLDivElement>(null);
  useCloseOutside(here, onClose);
  return (
    // Esc, wherever in it the focus is: nothing of its own is clicked or typed in.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={here}
      className="popover"
      // It is not modal, and stands where it is opened.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="dialog"
      aria-label={t("model.choose")}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onClose(true);
      }}
    >
      <ModelChooser takesFocus {...{ current, onChoose }} />
      <a className="btn" href="/settings" onClick={navigateOnClick(() => onClose(false))}>
        <Icon name="settings" />
        {t("model.manage")}
      </a>
    </div>
  );
}

interface AgentPickerProps {
  current: string;
  onChoose(agent: string): void;
  /** `byKey`: the focus goes back to where it was. */
  onClose(byKey: boolean): void;
}

/** All that can be asked, beneath the button that opens it. A click beside it or Esc closes. */
export function AgentPicker({ current, onChoose, onClose }: AgentPickerProps): ReactElement {
  const t = useTranslate();
  const here = useRef<HTMLDivElement>(null);
  const writers = useWriters();
  const agents = writers?.agents;
  useCloseOutside(here, onClose);
  useEffect(() => {
    const chosen = here.current?.querySelector<HTMLElement>('[aria-checked="true"]');
    (chosen ?? here.current)?.focus();
  }, [writers]);

  function onKeyDown(event: KeyboardEvent): void {
    const options = [...(here.current?.querySelectorAll<HTMLElement>("button, a") ?? [])];
    const at = options.findIndex((option) => option === document.activeElement);
    const next = optionByKey(event.key, at, options.length);
    if (event.key === "Escape") onClose(true);
    else if (next !== undefined) options[next]?.focus();
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={here}
      className="popover"
      role="menu"
      tabIndex={-1}
      aria-label={t("agent.choose")}
      onKeyDown={onKeyDown}
    >
      {agents && agents !== "failed" ? (
        agents.map((agent) => <WriterOption key={agent.name} {...{ current, onChoose }} writer={agent} />)
      ) : (
        <output className="hint">{t(agents === "failed" ? "agent.failed" : "agent.loading")}</output>
      )}
      {writers && writers.workflows.length > 0 && (
        // A part of a menu: no element says so.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        <div role="group" className="writers" aria-label={t("agent.workflows")}>
          <p className="grp" aria-hidden="true">
            {t("agent.workflows")}
          </p>
          {writers.workflows.map((workflow) => (
            <Fragment key={workflow.name}>
              <WriterOption {...{ current, onChoose }} writer={workflow} />
              <a
                className="btn"
                role="menuitem"
                href={`/workflows/${workflow.name}`}
                onClick={navigateOnClick(() => onClose(false))}
              >
                {t("agent.steps", { name: workflow.name })}
              </a>
            </Fragment>
          ))}
        </div>
      )}
    </div>
  );
}

interface WriterOptionProps extends Pick<AgentPickerProps, "current" | "onChoose"> {
  writer: Pick<AgentListing, "name" | "description">;
}

/** An agent or a workflow that can be asked. */
function WriterOption({ current, onChoose, writer: { name, description } }: WriterOptionProps): ReactElement {
  const t = useTranslate();
  const language = useLanguage();
  return (
    <button
      type="button"
      className="opt"
      role="menuitemradio"
      aria-checked={name === current}
      onClick={() => onChoose(name)}
    >
      <span className="mark">{name === current && <Icon name="done" />}</span>
      <span className="t">{showHidden(agentName(t, name))}</span>
      {description !== undefined && <small>{showHidden(translateDescription(language, description))}</small>}
    </button>
  );
}

interface Writers {
  agents: readonly AgentListing[] | "failed";
  workflows: readonly WorkflowListing[];
}

/**
 * All that can be asked, at once: a menu that grew while one goes through it would lead elsewhere. Where the
 * workflows cannot be loaded, the agents say so.
 */
function useWriters(): Writers | undefined {
  const [writers, setWriters] = useState<Writers>();
  useEffect(() => {
    const left = new AbortController();
    const send: typeof fetch = (url, init) => fetch(url, init);
    void Promise.all([getAgents(send, left.signal), getWorkflows(send, left.signal)]).then(
      ([agents, workflows]) => {
        if (left.signal.aborted) return;
        setWriters({
          agents: "value" in agents ? agents.value.agents : "failed",
          workflows: "value" in workflows ? workflows.value.workflows : [],
        });
      },
    );
    return () => left.abort();
  }, []);
  return writers;
}
