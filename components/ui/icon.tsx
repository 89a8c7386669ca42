import type { ReactElement } from "react";

const strokes = {
  plus: "M8 3v10M3 8h10",
  down: "m4 6.25 4 4 4-4",
  right: "m6 3.5 4.5 4.5L6 12.5",
  arrow: "M8 3v9.5M4 8.75l4 4 4-4",
  up: "M8 13V3.5M4 7.25l4-4 4 4",
  enter: "M13 3v6H3.5M6.5 5.5 3 9l3.5 3.5",
  copy: "M5.5 5.5h7.75v7.75H5.5zM10.5 5.5V2.75H2.75v7.75H5.5",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  close: "m4 4 8 8M12 4l-8 8",
  edit: "m3 13 .5-3L10.75 2.75l2.5 2.5L6 12.5z",
  remove: "M3 4.5h10M6.5 4.5V2.75h3V4.5M4.5 4.5l.6 8.75h5.8l.6-8.75",
  settings: "M2 5h5M11 5h3M2 11h3M9 11h5M9 3a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM7 9a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  text: "M5 8h6",
  step: "M8 5.25a2.75 2.75 0 1 1 0 5.5 2.75 2.75 0 0 1 0-5.5z",
  tool: "M5.75 4.25 11 8l-5.25 3.75z",
  card: "M8 3.5 12.5 8 8 12.5 3.5 8z",
  thought: "M2.5 9.5C4 6.3 6 6.6 8 8s4 1.7 5.5-1.5",
  hand: "M4.5 3.5V10H12M9.25 7.25 12 10l-2.75 2.75",
  end: "M3 6.5h10M3 9.5h10",
  inspect: "M2.5 3h11v10h-11zM9.5 3v10",
  gap: "M3.5 7.75l9-3.5M3.5 11.75l9-3.5",
  done: "m3.5 8.5 3 3 6-7",
  failed: "M8 2.25a5.75 5.75 0 1 1 0 11.5 5.75 5.75 0 0 1 0-11.5zM8 4.75v4M8 10v1.5",
} as const;

export type IconName = keyof typeof strokes | "stop" | "error" | "ask" | "running" | "more";

/** A glyph of 16 × 16 in the current colour. It never carries a meaning alone: a word stands beside it. */
export const Icon = ({ name }: { name: IconName }): ReactElement => (
  <svg aria-hidden="true" viewBox="0 0 16 16">
    {glyph(name)}
  </svg>
);

function glyph(name: IconName): ReactElement {
  switch (name) {
    case "stop":
      return <path d="M4.5 4.5h7v7h-7z" fill="currentColor" stroke="none" />;
    case "error":
      return <path d="M8 3.25V9M8 10.75v2" strokeWidth="2" />;
    case "ask":
      return <path d="M5.75 4v8M10.25 4v8" strokeWidth="2.5" />;
    case "more":
      return <path d="M2.5 8h2M7 8h2M11.5 8h2" strokeWidth="2" />;
    case "running":
      return (
        <>
          <circle cx="8" cy="8" r="5.25" />
          <path d="M8 8V4.5A3.5 3.5 0 0 1 11.5 8z" fill="currentColor" stroke="none" />
        </>
      );
    default:
      return <path d={strokes[name]} />;
  }
}
