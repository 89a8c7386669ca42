import type { Alert } from "./block.ts";

/** The words the renderer needs, in the reader's language. */
export type MarkdownLabels = {
  readonly copy: string;
  readonly copied: string;
  /** Without it tables have no copy button. */
  readonly copyTable?: string;
  /** What stands for a picture after its words; `{host}` is where it lies. */
  readonly imageFrom?: string;
  /** Names of quotes that begin with `[!NOTE]` and the like. */
  readonly alerts?: Readonly<Record<Alert, string>>;
  /** What is shown of what is folded and has no words of its own. */
  readonly details?: string;
  /** The footnotes, one of them, and the way back to the text. */
  readonly notes?: string;
  readonly note?: string;
  readonly noteBack?: string;
  /** Asked before a link is followed that may not lead where it seems to; `{host}` is where it does. */
  readonly leave?: {
    readonly title: string;
    readonly text: string;
    readonly open: string;
    readonly stay: string;
  };
};
