/**
 * Fingers and nothing else: Enter on a screen's keyboard starts a line, and a field that is focused opens it.
 */
export const isTouchOnly = (): boolean =>
  window.matchMedia("(pointer: coarse)").matches && !window.matchMedia("(any-pointer: fine)").matches;
