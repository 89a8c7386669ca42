import type { KeyboardEvent, MouseEvent, ReactElement } from "react";
import type { Problem } from "#lib/client/problem.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { SteeringMessage } from "#lib/client/steering/steering-state.ts";
import type { QueuedQuestionView } from "#lib/protocol/question-queue.ts";
import { problemKey } from "../message/error-key.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";

interface MessageLineProps {
  message: SteeringMessage;
  onResend(): void;
  onEdit(): void;
  onDiscard(): void;
}

/** A message on its way, what becomes of it, and what can be done where that is nothing. */
export function MessageLine(props: MessageLineProps): ReactElement {
  const { message, onResend, onEdit, onDiscard } = props;
  const t = useTranslate();
  const isUnsent = message.state === "not-sent";
  // What finds no server may wait for long.
  const isHeldUp = isUnsent || (message.way === "after" && message.attempts > 0);
  return (
    <li className={isUnsent ? "err" : undefined}>
      <LineText text={message.text} />
      <span className="fate">
        {message.state === "not-sent" ? (
          <ProblemWords problem={message.problem} />
        ) : (
          t(`steering.${message.state}`)
        )}
      </span>
      {isHeldUp && (
        <span className="acts">
          {isUnsent && (
            <button type="button" className="btn" onClick={onResend}>
              {t("action.retry")}
            </button>
          )}
          <LineButton icon="edit" label={t("action.edit")} onPress={leavingBy(onEdit)} />
          <LineButton icon="close" label={t("steering.remove")} onPress={leavingBy(onDiscard)} />
        </span>
      )}
    </li>
  );
}

interface QuestionActs {
  onHurry(): void;
  /** Into the answer that is written; undefined: none is. */
  onSteer: (() => void) | undefined;
  onUp: (() => void) | undefined;
  onDown: (() => void) | undefined;
  onEdit(): void;
  onRemove(): void;
}

interface QuestionLineProps {
  question: QueuedQuestionView;
  /** What becomes of it; absent: those before it say that. */
  fate?: "steering.queued" | "steering.recorded" | "steering.starting" | undefined;
  /** Why the last change was not made. */
  problem?: Problem | undefined;
  /** Absent: it is on its way. */
  acts?: QuestionActs | undefined;
}

/** A question of the queue. With Alt, the arrow keys move it. */
export function QuestionLine({ question, fate, problem, acts }: QuestionLineProps): ReactElement {
  const t = useTranslate();
  const onKeyDown = (event: KeyboardEvent) => {
    const act = { ArrowUp: acts?.onUp, ArrowDown: acts?.onDown }[event.key];
    if (!act || !event.altKey) return;
    event.preventDefault();
    act();
  };
  return (
    // The keys are those of the buttons in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li className={problem ? "err" : undefined} onKeyDown={onKeyDown}>
      <LineText text={question.text} />
      {problem ? (
        <span className="fate">
          <ProblemWords problem={problem} />
        </span>
      ) : (
        fate && <span className="fate">{t(fate)}</span>
      )}
      {acts && (
        <span className="acts">
          <button type="button" className="btn" onClick={leavingBy(acts.onHurry)}>
            {t("steering.now")}
          </button>
          {acts.onSteer && (
            <LineButton icon="hand" label={t("steering.into")} onPress={leavingBy(acts.onSteer)} />
          )}
          {acts.onUp ? (
            <LineButton icon="up" label={t("steering.up")} onPress={acts.onUp} />
          ) : (
            acts.onDown && <span className="noup" />
          )}
          <LineButton icon="edit" label={t("action.edit")} onPress={leavingBy(acts.onEdit)} />
          <LineButton icon="close" label={t("steering.remove")} onPress={leavingBy(acts.onRemove)} />
        </span>
      )}
    </li>
  );
}

const LineText = ({ text }: { text: string }): ReactElement => (
  <span className="what" dir="auto" title={text}>
    {showHidden(text)}
  </span>
);

export function ProblemWords({ problem }: { problem: Problem | undefined }): ReactElement {
  const t = useTranslate();
  const { maxMessageLength } = useChat();
  return <>{t(problemKey(problem?.code ?? ""), { max: grouped(maxMessageLength) })}</>;
}

function LineButton({
  icon,
  label,
  onPress,
}: {
  icon: IconName;
  label: string;
  onPress(event: MouseEvent<HTMLElement>): void;
}): ReactElement {
  return (
    <button type="button" className="btn icon" aria-label={label} title={label} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}

/** Of a button whose line goes: the focus is at the same one of the next line before, or in the field. */
export const leavingBy =
  (act: () => void) =>
  ({ currentTarget }: MouseEvent<HTMLElement>): void => {
    const line = currentTarget.closest("li");
    const at = [...(line?.querySelectorAll("button") ?? [])].findIndex((each) => each === currentTarget);
    const next = line?.nextElementSibling ?? line?.previousElementSibling;
    const target = next?.querySelectorAll("button")[at] ?? document.getElementById("composer");
    target?.focus({ preventScroll: true });
    act();
  };
