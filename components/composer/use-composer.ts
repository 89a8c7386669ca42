import {
  type ClipboardEvent,
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
import { isInvisible } from "#lib/protocol/is-invisible.ts";
import { maxMessageLength } from "#lib/protocol/limits.ts";
import { enterMeans } from "./enter-means.ts";
import { countedLength } from "./message-length.ts";
import {
  isLongPaste,
  messageText,
  type Pasted,
  pastedCharacters,
  pastedText,
  readDraft,
  writeDraft,
} from "./pasted-text.ts";
import { type DraftField, useDraft } from "./use-draft.ts";

/** What the rest of the page may do with the composer. */
export interface ComposerControl {
  /** Stores what is written there as its draft, and returns it. */
  keep(): string;
  /** Puts a text before what is written there, and the cursor behind it. */
  fill(text: string): void;
  /** The same with a message that was on its way and is not any more. */
  giveBack(text: string): void;
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
export type RefusalKey = "composer.empty" | "composer.wait" | "composer.unsent" | "composer.offline";

interface Composing extends Written {
  field: RefObject<HTMLTextAreaElement | null>;
  /** This browser does not keep what is written. */
  isUnkept: boolean;
  refusal: RefusalKey | undefined;
  submit(): void;
  onInput(): void;
  onPaste(event: ClipboardEvent): void;
  onKeyDown(event: KeyboardEvent): void;
  onCompositionStart(): void;
  onCompositionEnd(): void;
}

interface Written {
  isEmpty: boolean;
  /** Characters, once there are enough of them to be told. */
  count: number | undefined;
  /** Long texts that were pasted; they follow the typed one. */
  pasted: readonly Pasted[];
  removePasted(id: number): void;
}

/**
 * The composer's field. It belongs to the browser: React never writes its value, least of all in a
 * composition.
 */
export function useComposer(options: ComposerOptions): Composing {
  const { drafts, draftKey, onSend } = options;
  const text = useWritten();
  const { field } = text;
  const composing = useRef(false);
  const [refusal, setRefusal] = useState<RefusalKey>();
  const [isUnkept, setUnkept] = useState(false);
  const draft = useDraft(text.draft, drafts, draftKey);
  useImperativeHandle(options.control, () => ({
    keep() {
      draft.keep();
      return text.draft.read();
    },
    fill,
    giveBack(taken) {
      drafts.sent(draftKey);
      fill(taken);
    },
  }));

  function fill(added: string) {
    text.putBefore(added);
    draft.keep();
    setRefusal(undefined);
  }

  function submit() {
    const message = text.message();
    const refused = sendRefusalOf(message, options);
    if (refused) return setRefusal(refused);
    if ((countedLength(message) ?? 0) > maxMessageLength) return;
    drafts.sending(draftKey, message);
    if (!onSend(message)) {
      drafts.sent(draftKey);
      return setRefusal("composer.wait");
    }
    text.draft.show("");
    draft.keep();
    setRefusal(undefined);
    field.current?.focus({ preventScroll: true });
  }

  function changed() {
    draft.changed();
    setRefusal(undefined);
    setUnkept(!drafts.isStored);
  }

  return {
    ...text,
    refusal,
    isUnkept,
    submit,
    removePasted(id) {
      text.removePasted(id);
      changed();
      field.current?.focus({ preventScroll: true });
    },
    onInput() {
      text.typed();
      changed();
    },
    onPaste: (event) => text.paste(event) && changed(),
    onKeyDown(event) {
      if (text.undoPaste(event)) return changed();
      if (enterMeans(event, composing.current) !== "send") return;
      event.preventDefault();
      if (!event.repeat) submit();
    },
    onCompositionStart: () => void (composing.current = true),
    // Until the task is over: the key that ended the composition is not an Enter of its own.
    onCompositionEnd: () => void setTimeout(() => void (composing.current = false)),
  };
}

/** The text of the composer: what stands in the field, and the long texts that were pasted. */
function useWritten() {
  const field = useRef<HTMLTextAreaElement>(null);
  const folded = useRef<readonly Pasted[]>([]);
  /** The last thing done was a paste that was folded: Undo takes it out. */
  const justFolded = useRef(false);
  const [isEmpty, setEmpty] = useState(true);
  const [count, setCount] = useState<number>();
  const [pasted, setPasted] = useState<readonly Pasted[]>([]);
  const look = useCallback(() => {
    const typed = field.current?.value ?? "";
    setEmpty(isInvisible(typed) && folded.current.length === 0);
    setCount(countedLength(typed, pastedCharacters(folded.current)));
    setPasted(folded.current);
    fitHeight(field.current);
  }, []);
  const draft = useMemo<DraftField>(
    () => ({
      read: () => writeDraft(field.current?.value ?? "", folded.current),
      show(stored) {
        const { typed, pasted: texts } = readDraft(stored);
        folded.current = texts;
        justFolded.current = false;
        // Writing an equal value would end a composition that is open.
        if (field.current && field.current.value !== typed) field.current.value = typed;
        look();
      },
    }),
    [look],
  );

  function fold(texts: readonly Pasted[]) {
    justFolded.current = texts.length > folded.current.length;
    folded.current = texts;
    look();
  }

  return {
    field,
    draft,
    isEmpty,
    count,
    pasted,
    message: () => messageText(field.current?.value ?? "", folded.current),
    removePasted: (id: number) => fold(folded.current.filter((each) => each.id !== id)),
    typed() {
      justFolded.current = false;
      look();
    },
    putBefore(added: string) {
      const element = field.current;
      if (!element) return;
      if (isLongPaste(added)) return fold([pastedText(added), ...folded.current]);
      const rest = element.value.trim();
      element.value = rest === "" ? added : `${added}\n\n${rest}`;
      element.focus({ preventScroll: true });
      element.setSelectionRange(added.length, added.length);
      look();
    },
    /** True: the paste was folded. */
    paste(event: ClipboardEvent): boolean {
      const text = event.clipboardData.getData("text/plain");
      if (!isLongPaste(text)) return false;
      event.preventDefault();
      fold([...folded.current, pastedText(text)]);
      return true;
    },
    /** True: the key was Undo, right after a paste that was folded. */
    undoPaste(event: KeyboardEvent): boolean {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
      if (!isUndo || !justFolded.current) return false;
      event.preventDefault();
      fold(folded.current.slice(0, -1));
      return true;
    },
  };
}

function sendRefusalOf(
  message: string,
  { busy, stopping, hasUnsent }: ComposerOptions,
): RefusalKey | undefined {
  if (isInvisible(message)) return "composer.empty";
  if (hasUnsent) return navigator.onLine ? "composer.unsent" : "composer.offline";
  return busy && !stopping ? "composer.wait" : undefined;
}

/** For browsers without `field-sizing`; the style sheet limits it to ten lines. */
function fitHeight(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
