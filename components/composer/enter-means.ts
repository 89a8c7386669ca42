import type { KeyboardEvent } from "react";
import { isComposingKey } from "../ui/is-composing-key.ts";
import { isTouchOnly } from "./is-touch-only.ts";

/** What Enter means in the composer. `composing`: a composition is open, or ended in this very task. */
export function enterMeans(event: KeyboardEvent, composing: boolean): "send" | "newline" | "nothing" {
  const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
  if (key !== "Enter" || isComposingKey(event, composing)) return "nothing";
  if (ctrlKey || metaKey) return "send";
  return shiftKey || altKey || isTouchOnly() ? "newline" : "send";
}
