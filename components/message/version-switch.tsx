"use client";

import { type KeyboardEvent, type ReactElement, useLayoutEffect, useRef } from "react";
import { useConversation } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";

interface VersionSwitchProps {
  of: "answer" | "question";
  versions: readonly string[];
  /** The one that is shown. */
  at: number;
}

/** The version that was chosen last, and by which button: it stands in another turn by now. */
let chosen: { id: string; way: Way } | undefined;

type Way = "before" | "next";

/** ‹ 1/2 ›, also by the arrow keys. */
export function VersionSwitch({ of, versions, at }: VersionSwitchProps): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  const group = useRef<HTMLFieldSetElement>(null);
  const shownId = versions[at];
  useLayoutEffect(() => {
    if (chosen === undefined || chosen.id !== shownId) return;
    const button = group.current?.querySelector<HTMLElement>(`[data-way="${chosen.way}"]`);
    chosen = undefined;
    button?.focus({ preventScroll: true });
  }, [shownId]);

  function show(to: number, way: Way) {
    const id = versions[to];
    if (id === undefined) return;
    chosen = { id, way };
    actions.show(id);
  }
  function onKeyDown({ key }: KeyboardEvent) {
    if (key === "ArrowLeft") show(at - 1, "before");
    if (key === "ArrowRight") show(at + 1, "next");
  }
  const button = (way: Way, to: number) => (
    <button
      type="button"
      className={way === "before" ? "btn icon back-way" : "btn icon"}
      data-way={way}
      aria-label={t(of === "answer" ? `versions.${way}` : `versions.question.${way}`)}
      aria-disabled={versions[to] === undefined}
      onClick={() => show(to, way)}
      onKeyDown={onKeyDown}
    >
      <Icon name="right" />
    </button>
  );
  return (
    <fieldset
      ref={group}
      className="versions"
      aria-label={t(of === "answer" ? "versions.label" : "versions.questions")}
    >
      {button("before", at - 1)}
      <span aria-live="polite">
        {at + 1}/{versions.length}
      </span>
      {button("next", at + 1)}
    </fieldset>
  );
}
