import {
  type KeyboardEvent,
  type Ref,
  type RefObject,
  useCallback,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import type { Drafts } from "#lib/client/drafts.ts";
import { enterMeans } from "./enter-means.ts";
import { countedLength, maxCharacters } from "./message-length.ts";
import { type DraftField, useDraft } from "./use-draft.ts";

/** What the rest of the page may do with the composer. */
export interface ComposerControl {
  /** Stores what is written there as its draft, and returns it. */
  keep(): string;
  /** Puts a text before what is written there, and the cursor behind it. */
  fill(text: string): void;
}

export interface ComposerOptions {
  control: Ref<ComposerControl>;
  drafts: Drafts;
  draftKey: string;
  busy: boolean;
  stopping: boolean;
  /** The last message was not sent: it comes first. */
  hasUnsent: boolean;
  /** False: it was not taken. */
  onSend(text: string): boolean;
}

/** Why nothing was sent: the key of its words. */
export type Refusal = "composer.empty" | "composer.wait" | "composer.unsent";

interface Composing {
  field: RefObject<HTMLTextAreaElement | null>;
  isEmpty: boolean;
  /** Characters, once there are enough of them to be told. */
  count: number | undefined;
  refusal: Refusal | undefined;
  submit(): void;
  onInput(): void;
  onKeyDown(event: KeyboardEvent): void;
  onCompositionStart(): void;
  onCompositionEnd(): void;
}

/** The composer's field. It belongs to the browser: React never writes its value, least of all in a composition. */
export function useComposer(options: ComposerOptions): Composing {
  const field = useRef<HTMLTextAreaElement>(null);
  const composing = useRef(false);
  const [isEmpty, setEmpty] = useState(true);
  const [count, setCount] = useState<number>();
  const [refusal, setRefusal] = useState<Refusal>();
  const look = useCallback(() => {
    const text = field.current?.value ?? "";
    setEmpty(text.trim() === "");
    setCount(countedLength(text));
    setRefusal(undefined);
    fitHeight(field.current);
  }, []);
  const drafted = useMemo<DraftField>(
    () => ({
      read: () => field.current?.value ?? "",
      show(text) {
        // Writing an equal value would end a composition that is open.
        if (field.current && field.current.value !== text) field.current.value = text;
        look();
      },
    }),
    [look],
  );
  const draft = useDraft(drafted, options.drafts, options.draftKey);
  useImperativeHandle(options.control, () => ({ keep, fill }));

  function keep(): string {
    draft.keep();
    return drafted.read();
  }

  function fill(text: string) {
    const element = field.current;
    if (!element) return;
    const rest = element.value.trim();
    element.value = rest === "" ? text : `${text}\n\n${rest}`;
    element.focus({ preventScroll: true });
    element.setSelectionRange(text.length, text.length);
    draft.keep();
    look();
  }

  function submit() {
    const element = field.current;
    const text = element?.value ?? "";
    const refused = refusalOf(text, options);
    if (refused || !element) return setRefusal(refused);
    if ((countedLength(text) ?? 0) > maxCharacters) return;
    draft.keep();
    if (!options.onSend(text)) return setRefusal("composer.wait");
    draft.sent();
    element.value = "";
    look();
    element.focus({ preventScroll: true });
  }

  return {
    field,
    isEmpty,
    count,
    refusal,
    submit,
    onInput() {
      draft.changed();
      look();
    },
    onKeyDown(event) {
      if (enterMeans(event, composing.current) !== "send") return;
      event.preventDefault();
      if (!event.repeat) submit();
    },
    onCompositionStart: () => void (composing.current = true),
    // Until the task is over: the key that ended the composition is not an Enter of its own.
    onCompositionEnd: () => void setTimeout(() => void (composing.current = false)),
  };
}

function refusalOf(text: string, { busy, stopping, hasUnsent }: ComposerOptions): Refusal | undefined {
  if (text.trim() === "") return "composer.empty";
  if (hasUnsent) return "composer.unsent";
  return busy && !stopping ? "composer.wait" : undefined;
}

/** For browsers without `field-sizing`; the style sheet limits it to ten lines. */
function fitHeight(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
