/**
 * Space, controls, annotation marks, and what is drawn as nothing (Unicode's Default_Ignorable_Code_Point:
 * zero-width characters, fillers, variation selectors, tags), with the blanks that Unicode counts as letters
 * and symbols: of Braille, Egyptian, Khitan and music.
 */
const invisible =
  /^(?:[\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800\u{13441}\u{13442}\u{1d159}]|\u{16fe4})*$/u;

/** Whether there is nothing in a text that anybody could see. */
export const isInvisible = (text: string): boolean => invisible.test(text);
