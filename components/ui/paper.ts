/** The colour of the page in both themes, for what is outside of style sheets (`--paper` of tokens.css). */
export const paper = { light: "#f6f7f4", dark: "#161917" } as const;
