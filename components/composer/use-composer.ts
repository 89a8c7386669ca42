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
import type { SendWay } from "#lib/client/steering/steering-state.ts";
import { isInvisible } from "#lib/protocol/is-invisible.ts";
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
  /**
   * Puts a text in the place of what is written there, which is there again once that was sent; sends it if
   * it stands there already.
   */
  propose(text: string): void;
  /** The same with a message that was on its way and is not any more. */
  giveBack(text: string, runId: string | undefined): void;
}

export interface ComposerOptions {
  control: Ref<ComposerControl>;
  drafts: Drafts;
  draftKey: string;
  /** Under which a message is kept while it is on its way. */
  sendingKey: string;
  /** Of a message, in characters. */
  maxMessageLength: number;
  busy: boolean;
  stopping: boolean;
  /** The last message was not sent: it comes first. */
  hasUnsent: boolean;
  /**
   * The id of the run that answers, "" for a message that is kept elsewhere; undefined: it was not taken.
   */
  onSend(text: string, way?: SendWay): string | undefined;
}

/** Why nothing was sent: the key of its words. */
export type RefusalKey = "composer.empty" | "composer.wait" | "composer.unsent" | "composer.offline";

export interface ComposerState extends Written {
  field: RefObject<HTMLTextAreaElement | null>;
  /** This browser does not keep what is written. */
  isUnkept: boolean;
  refusal: RefusalKey | undefined;
  /** `way`: what is to become of it while an answer is written. */
  submit(way?: SendWay): void;
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
export function useComposer(options: ComposerOptions): ComposerState {
  const { drafts, draftKey, sendingKey, maxMessageLength, onSend } = options;
  const text = useWritten(maxMessageLength);
  const { field } = text;
  const [refusal, setRefusal] = useState<RefusalKey>();
  const [isUnkept, setUnkept] = useState(false);
  const draft = useDraft(text.draft, drafts, draftKey);
  useImperativeHandle(options.control, () => ({
    keep() {
      draft.keep();
      return text.draft.read();
    },
    fill,
    propose(proposed) {
      if (text.propose(proposed)) return submit();
      setRefusal(undefined);
    },
    giveBack(taken, runId) {
      fill(taken);
      if (runId !== undefined) drafts.sent(runId);
    },
  }));

  function fill(added: string) {
    text.putBefore(added);
    draft.keep();
    setRefusal(undefined);
  }

  function submit(way?: SendWay) {
    const message = text.message();
    const refused = sendRefusalOf(message, options);
    if (refused) return setRefusal(refused);
    if ((countedLength(message, maxMessageLength) ?? 0) > maxMessageLength) return;
    const runId = onSend(message, way);
    if (runId === undefined) return setRefusal("composer.wait");
    if (runId !== "") drafts.sending(sendingKey, runId, message);
    text.draft.show(text.setAside());
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
      if (enterMeans(event, text.composing.current) !== "send") return;
      event.preventDefault();
      if (!event.repeat) submit();
    },
    onCompositionStart: text.startComposing,
    // Until the task is over: the key that ended the composition is not an Enter of its own.
    onCompositionEnd: () => void setTimeout(text.composed),
  };
}

/** The text of the composer: what stands in the field, and the long texts that were pasted. */
function useWritten(maxLength: number) {
  const field = useRef<HTMLTextAreaElement>(null);
  const composing = useRef(false);
  /** What is to stand before the typed text once the composition is over: it would end by a new value. */
  const prefix = useRef("");
  const folded = useRef<readonly Pasted[]>([]);
  /** What stands in the field for now, and the draft whose place it has. */
  const proposed = useRef<{ text: string; draft: string }>(undefined);
  /** The last thing done was a paste that was folded: Undo takes it out. */
  const justFolded = useRef(false);
  const [isEmpty, setEmpty] = useState(true);
  const [count, setCount] = useState<number>();
  const [pasted, setPasted] = useState<readonly Pasted[]>([]);
  const look = useCallback(() => {
    const typed = field.current?.value ?? "";
    setEmpty(isInvisible(typed) && folded.current.length === 0);
    setCount(countedLength(typed, maxLength, pastedCharacters(folded.current)));
    setPasted(folded.current);
    fitHeight(field.current);
  }, [maxLength]);
  const draft = useMemo<DraftField>(
    () => ({
      // What is stored is what a person has written.
      read: () =>
        proposed.current && field.current?.value === proposed.current.text
          ? proposed.current.draft
          : writeDraft(prefix.current + (field.current?.value ?? ""), folded.current),
      show(stored) {
        const { typed, pasted: texts } = readDraft(stored);
        folded.current = texts;
        justFolded.current = false;
        prefix.current = "";
        proposed.current = undefined;
        const element = field.current;
        if (element && composing.current && typed.endsWith(element.value))
          prefix.current = typed.slice(0, typed.length - element.value.length);
        else if (element) replaceValue(element, typed);
        look();
      },
    }),
    [look],
  );

  function startComposing() {
    composing.current = true;
  }

  /** The composition is over. */
  function composed() {
    composing.current = false;
    if (prefix.current === "" || !field.current) return;
    const typed = prefix.current + field.current.value;
    prefix.current = "";
    replaceValue(field.current, typed);
    look();
  }

  function fold(texts: readonly Pasted[]) {
    justFolded.current = texts.length > folded.current.length;
    folded.current = texts;
    look();
  }

  return {
    field,
    draft,
    composing,
    startComposing,
    composed,
    isEmpty,
    count,
    pasted,
    message: () => messageText(field.current?.value ?? "", folded.current),
    removePasted: (id: number) => fold(folded.current.filter((each) => each.id !== id)),
    typed() {
      justFolded.current = false;
      const given = proposed.current;
      // Nothing is left of what was proposed.
      if (given && field.current?.value === "") draft.show(given.draft);
      else look();
    },
    /** Takes out the draft that a proposed text stands for; "": there is none. */
    setAside(): string {
      return proposed.current?.draft ?? "";
    },
    /** True: it stands there already. */
    propose(given: string): boolean {
      const element = field.current;
      if (!element) return false;
      if (element.value === given && folded.current.length === 0) return true;
      // One that was changed is a person's own.
      const own = draft.read() || (proposed.current?.draft ?? "");
      draft.show(given);
      proposed.current = { text: given, draft: own };
      element.focus({ preventScroll: true });
      element.setSelectionRange(given.length, given.length);
      return false;
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

function sendRefusalOf(message: string, { hasUnsent }: ComposerOptions): RefusalKey | undefined {
  if (isInvisible(message)) return "composer.empty";
  if (hasUnsent) return navigator.onLine ? "composer.unsent" : "composer.offline";
  return undefined;
}

/**
 * An equal value stays as it is: writing it would end a composition. The cursor stays where it was in what is
 * kept of the text.
 */
function replaceValue(element: HTMLTextAreaElement, typed: string): void {
  const { value, selectionStart, selectionEnd } = element;
  if (value === typed) return;
  element.value = typed;
  const added = typed.length - value.length;
  if (added > 0 && typed.endsWith(value))
    element.setSelectionRange(selectionStart + added, selectionEnd + added);
}

/** For browsers without `field-sizing`; the style sheet limits it to ten lines. */
function fitHeight(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
