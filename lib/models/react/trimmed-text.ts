/** Passes a text on without the white space that it begins and ends with. */
export interface TrimmedText {
  /** What is known not to be its end. */
  push(delta: string): string;
  /** Something was passed on. */
  readonly hasText: boolean;
}

interface TrimmedTextOptions {
  /** A line that opens or closes a block of code is none of its own where it ends with that. */
  dropsFence?: boolean;
  /** It goes on with another: the white space that it begins with is meant. */
  isBegun?: boolean;
}

export function createTrimmedText({ dropsFence = false, isBegun = false }: TrimmedTextOptions): TrimmedText {
  const tail = dropsFence ? /\s*(?:\n[ \t]*`{1,3}\w{0,10}\s*)?$/ : /\s*$/;
  let held = "";
  let hasText = isBegun;
  return {
    push(delta) {
      const text = held + (hasText ? delta : delta.trimStart());
      // A flood of white space is not looked at again with each delta.
      const from = Math.max(0, text.length - maxHeldLength);
      const end = from + (tail.exec(text.slice(from))?.index ?? 0);
      held = text.slice(end);
      hasText ||= end > 0;
      return text.slice(0, end);
    },
    get hasText() {
      return hasText;
    },
  };
}

const maxHeldLength = 400;
