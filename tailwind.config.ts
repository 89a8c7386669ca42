import type { Config } from "tailwindcss";

const token = (name: string) => `var(--${name})`;
const colors = [
  "paper surface sunken hover press line line-strong spine skeleton ink ink-2 ink-3",
  "accent accent-hover accent-soft on-accent run run-soft ok ok-soft err err-soft ask ask-soft scrim",
]
  .join(" ")
  .split(" ");

/** The names of the look's tokens; their values, per theme, stand in components/ui/tokens.css. */
export default {
  content: [],
  theme: {
    colors: {
      transparent: "transparent",
      current: "currentColor",
      ...Object.fromEntries(colors.map((name) => [name, token(name)])),
    },
    fontFamily: { sans: token("sans"), serif: token("serif"), mono: token("mono") },
    fontSize: {
      meta: ["12px", "16px"],
      ui: ["13px", "20px"],
      table: ["14px", "20px"],
      thought: ["14px", "24px"],
      body: ["16px", "28px"],
      turn: ["20px", "28px"],
      title: ["28px", "36px"],
    },
    spacing: {
      0: "0px",
      px: "1px",
      1: "4px",
      2: "8px",
      3: "12px",
      4: "16px",
      6: "24px",
      10: "40px",
      16: "64px",
    },
    borderRadius: { none: "0", 1: "4px", 2: "8px", 3: "14px", full: "9999px" },
    boxShadow: { none: "none", pop: token("pop") },
    extend: {
      width: { index: token("index"), rail: token("rail"), drawer: token("drawer") },
      maxWidth: { block: token("block") },
    },
  },
} satisfies Config;
