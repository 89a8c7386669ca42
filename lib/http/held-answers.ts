import { doorBounds } from "../door/door-bounds.ts";

/** An answer that is kept until its reader has taken it. */
export interface HeldAnswer {
  /** Its reader has taken a piece. */
  touch(): void;
  release(): void;
}

/**
 * What this process keeps of answers for their readers. Over the bound, those go whose readers have taken
 * nothing for the longest time: whoever reads is never refused for the sake of those who do not.
 */
export interface HeldAnswers {
  /** `drop` is called once, if it has to go. */
  hold(characters: number, drop: () => void): HeldAnswer;
}

export function createHeldAnswers(maxCharacters: number = doorBounds.heldCharacters): HeldAnswers {
  /** Whoever took a piece last comes last. */
  const entries = new Map<symbol, { characters: number; drop(): void }>();
  let held = 0;

  function remove(key: symbol): void {
    held -= entries.get(key)?.characters ?? 0;
    entries.delete(key);
  }

  return {
    hold(characters, drop) {
      const key = Symbol("held");
      const entry = { characters, drop };
      entries.set(key, entry);
      held += characters;
      for (const [other, { drop: dropOther }] of entries) {
        if (held <= maxCharacters || other === key) break;
        remove(other);
        dropOther();
      }
      return {
        touch() {
          if (entries.delete(key)) entries.set(key, entry);
        },
        release: () => remove(key),
      };
    },
  };
}
