"use client";

import { type ReactElement, useLayoutEffect, useRef, useState } from "react";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { foldQuestion } from "./fold-question.ts";
import { questionPieces } from "./question-pieces.ts";

/** Lines of 28 px that a folded question shows, as rows.css has it. */
const foldedPx = 8 * 28;

/** A question that is long or holds code: folded to its beginning, which a button opens. */
export function QuestionText({ id, text }: { id: string; text: string }): ReactElement {
  const t = useTranslate();
  const heading = useRef<HTMLHeadingElement>(null);
  const [isOpen, setOpen] = useState(false);
  /** It takes more lines than were to be expected: a narrow page. */
  const [isTall, setTall] = useState(false);
  const { shown, isFolded } = foldQuestion(text);
  const folds = isFolded || isTall;
  useLayoutEffect(() => {
    if (!isFolded && (heading.current?.scrollHeight ?? 0) > foldedPx + 28) setTall(true);
  }, [isFolded]);
  const lines = text.split("\n").length;
  return (
    <>
      <h2 ref={heading} id={id} dir="auto" className={folds && !isOpen ? "folded" : undefined}>
        <Pieces text={isOpen ? text : shown} />
      </h2>
      {folds && (
        <button
          type="button"
          className="unfold"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "down" : "right"} />
          {isOpen
            ? t("question.fold")
            : lines > 1
              ? t("question.lines", { n: grouped(lines) })
              : t("question.characters", { n: grouped(text.length) })}
        </button>
      )}
    </>
  );
}

const Pieces = ({ text }: { text: string }): ReactElement => (
  <>
    {questionPieces(text).map((piece, at) => {
      if (piece.type === "text") return piece.text;
      return (
        // Pieces never move: the text of a question is what it is.
        // oxlint-disable-next-line react/no-array-index-key
        <code key={at} dir="ltr" className={piece.type === "block" ? "block" : undefined}>
          {piece.text}
        </code>
      );
    })}
  </>
);
