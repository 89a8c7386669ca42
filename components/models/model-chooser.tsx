"use client";

import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { isComposingKey } from "../ui/is-composing-key.ts";
import { listingFacts, listingName, stateWords } from "./model-words.ts";
import { shownModels, useModelSearch } from "./use-model-search.ts";

interface ModelChooserProps {
  /** The id of the model that is chosen; undefined: the server's default. */
  current: string | undefined;
  /** The keyboard begins here. */
  takesFocus?: boolean;
  onChoose(model: ModelListing): void;
  /** Another number reads the models again. */
  round?: number;
}

/** From this many on there is a field to search in. */
const searchedFrom = 9;

/** The models to choose from: a list with one choice, and a search where they are many. */
export function ModelChooser(props: ModelChooserProps): ReactElement {
  const { current, takesFocus = false, onChoose, round = 0 } = props;
  const t = useTranslate();
  const listId = useId();
  const [text, setText] = useState("");
  const [attempt, setAttempt] = useState(0);
  const { page, all, isFailed } = useModelSearch(text, round + attempt);
  const models = page?.models ?? [];
  const isCurrent = ({ id, isDefault }: ModelListing) => (current === undefined ? isDefault : id === current);
  const { active, isPointed, setActive, onKeyDown } = useChoiceKeys(models, isCurrent, onChoose);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const hasSearch = all >= searchedFrom || text !== "";
  useFocus(takesFocus && page !== undefined, hasSearch ? field : list);
  useEffect(() => {
    if (isPointed) document.getElementById(`${listId}${active}`)?.scrollIntoView({ block: "nearest" });
  }, [isPointed, active, listId]);
  const activeId = models[active] ? `${listId}${active}` : undefined;
  return (
    <div className="chooser">
      {hasSearch && (
        <input
          ref={field}
          className="search"
          type="search"
          role="combobox"
          aria-label={t("model.search", { n: grouped(all) })}
          placeholder={t("model.search", { n: grouped(all) })}
          aria-expanded
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={activeId}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={onKeyDown}
        />
      )}
      {/* The field above, or the list itself, hears the keys. */}
      <div
        ref={list}
        id={listId}
        className="options"
        // A select shows no facts of its options, and cannot be searched.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="listbox"
        aria-label={t("model.choose")}
        tabIndex={hasSearch ? -1 : 0}
        aria-activedescendant={activeId}
        onKeyDown={hasSearch ? undefined : onKeyDown}
      >
        {groupByHost(models).map(({ host, from, inside }) => (
          <HostGroup key={`${from}`} title={groupTitle(host)}>
            {inside.map((model, at) => (
              <Option
                key={model.id}
                id={`${listId}${from + at}`}
                {...{ model }}
                isCurrent={isCurrent(model)}
                isActive={from + at === active}
                onPoint={() => setActive(from + at)}
                onChoose={() => onChoose(model)}
              />
            ))}
          </HostGroup>
        ))}
      </div>
      <output className="hint">{hint()}</output>
      {isFailed && (
        <button type="button" className="btn line" onClick={() => setAttempt(attempt + 1)}>
          <Icon name="again" />
          {t("action.retry")}
        </button>
      )}
    </div>
  );

  function groupTitle(host: string | undefined): string {
    if (host === undefined) return t("model.group.own");
    const isOnlyOne = models.every((each) => each.host === undefined || each.host === host);
    return isOnlyOne ? t("model.group.server") : host;
  }

  function hint(): string {
    if (isFailed) return t("model.list.failed");
    if (!page) return t("model.loading");
    if (models.length === 0) return t("model.none");
    return page.total > models.length
      ? t("model.more", { n: grouped(shownModels), of: grouped(page.total) })
      : "";
  }
}

/** Arrow keys and Enter, wherever the focus is; a pointer moves the same mark. */
function useChoiceKeys(
  models: readonly ModelListing[],
  isCurrent: (model: ModelListing) => boolean,
  onChoose: (model: ModelListing) => void,
) {
  const [pointed, setPointed] = useState<{ models: readonly ModelListing[]; at: number }>();
  const chosen = models.findIndex(isCurrent);
  // Of another list than the one that is shown: the mark begins anew.
  const active = pointed?.models === models ? pointed.at : Math.max(0, chosen);
  const setActive = (at: number) => setPointed({ models, at });

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposingKey(event, false)) return;
    const last = models.length - 1;
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8 }[
      event.key
    ];
    const model = models[active];
    if (to !== undefined) setActive(Math.min(last, Math.max(0, to)));
    else if (event.key === "Enter" && model) onChoose(model);
    else return;
    event.preventDefault();
  }

  return { active, isPointed: pointed?.models === models, setActive, onKeyDown };
}

function useFocus(isReady: boolean, element: { current: HTMLElement | null }): void {
  const isDone = useRef(false);
  useEffect(() => {
    if (!isReady || isDone.current) return;
    isDone.current = true;
    element.current?.focus({ preventScroll: true });
  });
}

function HostGroup({ title, children }: { title: string; children: ReactNode }): ReactElement {
  const id = useId();
  return (
    // A fieldset is no part of a listbox.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="group" aria-labelledby={id}>
      <p className="grp" id={id}>
        {showHidden(title)}
      </p>
      {children}
    </div>
  );
}

interface OptionProps {
  id: string;
  model: ModelListing;
  isCurrent: boolean;
  isActive: boolean;
  onPoint(): void;
  onChoose(): void;
}

function Option({ id, model, isCurrent, isActive, onPoint, onChoose }: OptionProps): ReactElement {
  const t = useTranslate();
  const state = stateWords(t, model);
  const summary = listingFacts(t, model);
  return (
    // The list has the focus, and hears the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      // An option of a select holds no icons, and no second line.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="option"
      aria-selected={isCurrent}
      className={isActive ? "opt active" : "opt"}
      onPointerMove={isActive ? undefined : onPoint}
      onClick={onChoose}
    >
      <span className="mark">{isCurrent && <Icon name="done" />}</span>
      <span className="t">{showHidden(listingName(t, model))}</span>
      {state && (
        <span className={state.isGood ? "state ok" : "state err"}>
          <Icon name={state.isGood ? "done" : "failed"} />
          {state.words}
        </span>
      )}
      {summary !== "" && <small>{summary}</small>}
    </div>
  );
}

/** Neighbours of one endpoint, with the place of the first. */
function groupByHost(models: readonly ModelListing[]) {
  const groups: { host: string | undefined; from: number; inside: ModelListing[] }[] = [];
  for (const [at, model] of models.entries()) {
    const last = groups.at(-1);
    if (last && last.host === model.host) last.inside.push(model);
    else groups.push({ host: model.host, from: at, inside: [model] });
  }
  return groups;
}
