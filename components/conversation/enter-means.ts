import type { KeyboardEvent } from "react";
import { isTouchOnly } from "./is-touch-only.ts";

/**
 * What Enter means in the composer. `composing`: a composition is open, or ended in this very task: Safari sends the
 * Enter that commits it afterwards, with keyCode 229 and isComposing false (WebKit 165004).
 */
export function enterMeans(event: KeyboardEvent, composing: boolean): "send" | "newline" | "nothing" {
  const { key, shiftKey, altKey, ctrlKey, metaKey, keyCode } = event;
  if (composing || event.nativeEvent.isComposing || keyCode === 229 || key === "Process") return "nothing";
  if (key !== "Enter") return "nothing";
  if (ctrlKey || metaKey) return "send";
  return shiftKey || altKey || isTouchOnly() ? "newline" : "send";
}
