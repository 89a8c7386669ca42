import type { KeyboardEvent } from "react";

/**
 * Whether a key belongs to an input method. `composing`: a composition is open, or ended in this very task:
 * Safari sends the key that commits it afterwards, with keyCode 229 and isComposing false (WebKit 165004).
 */
export const isComposingKey = (event: KeyboardEvent, composing: boolean): boolean =>
  composing || event.nativeEvent.isComposing || event.keyCode === 229 || event.key === "Process";
