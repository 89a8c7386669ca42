import type { ReactElement } from "react";
import { Icon, type IconName } from "../../ui/icon.tsx";

/** Glyphs that only calls have: they come with the script of these. */
const glyphs = {
  preparing: <path d="M3 5h10M3 8h7M3 11h4" />,
  queued: <circle cx="8" cy="8" r="5.25" strokeDasharray="2.2 1.92" />,
  clock: <path d="M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 4.5V8l2.5 1.5" />,
  denied: <path d="M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM4.2 11.8l7.6-7.6" />,
} as const;

type OwnName = keyof typeof glyphs;
export type ToolIconName = IconName | OwnName;

/** The glyph of a call's state, like every other. */
export const ToolIcon = ({ name }: { name: ToolIconName }): ReactElement =>
  isOwnGlyph(name) ? (
    <svg aria-hidden="true" viewBox="0 0 16 16">
      {glyphs[name]}
    </svg>
  ) : (
    <Icon name={name} />
  );

const isOwnGlyph = (name: ToolIconName): name is OwnName => name in glyphs;
