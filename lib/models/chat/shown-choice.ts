import type { ChatChoice, ChatChunk, ChatDelta } from "./chat-chunk.ts";

/*
 * Which choice of an answer is shown. One is asked for, so what comes is ours, whatever number a server gives
 * it:
 *
 * 1. Choice 0 is ours, and one without a number is choice 0.
 * 2. Some servers number the chunks of one choice, as if each were another.
 * 3. Some call their only choice 1. It is held back for as long as choice 0 may still come.
 * 4. Some send several. What was held back of another choice is dropped once ours has come.
 */

export interface ShownChoice {
  /** What there is to read now. `hasBegun`: some of ours was read. */
  read(chunk: ChatChunk, hasBegun: boolean): readonly ChatChoice[];
  /** A chunk of choice 0 was read by itself; `id`: the chunk's, where it was looked at. */
  skip(id?: string): void;
  /** It is not known yet whose the chunks are. */
  readonly isOpen: boolean;
  /** The answer has ended: what was held back and turned out to be ours. */
  end(hasBegun: boolean): readonly ChatChoice[];
}

/** So many chunks of another choice in a row, and none of choice 0: it will not come. */
const maxHeld = 16;

export function createShownChoice(): ShownChoice {
  let shown: number | undefined;
  let held: ChatChoice[] = [];
  /** Every chunk so far had the number of its place. */
  let isCounting = true;
  /** Chunks that had a choice. */
  let count = 0;
  let lastId = "";
  /** 2. */
  let showsAll = false;

  function read({ id, choices }: ChatChunk, hasBegun: boolean): readonly ChatChoice[] {
    const choice = choices.find(({ index = 0 }) => index === 0) ?? choices[0];
    if (!choice) return [];
    const { index = 0 } = choice;
    const isNew = id !== "" && id !== lastId;
    lastId = id;
    isCounting &&= index === count;
    count += 1;
    showsAll &&= isCounting;
    if (showsAll) return [choice];
    if (index === (shown ?? 0)) return show(index, choice);
    // Several choices begin without a text.
    if (isCounting && (isNew || (index > 1 && hasText(choice)))) {
      showsAll = true;
      return release(choice);
    }
    if (hasBegun && !isCounting) return [];
    if (shown === undefined && held.length + 1 >= maxHeld) {
      shown = index;
      return release(choice);
    }
    held.push(choice);
    return [];
  }

  function show(index: number, choice: ChatChoice): readonly ChatChoice[] {
    shown = index;
    held = [];
    return [choice];
  }

  function release(...more: ChatChoice[]): readonly ChatChoice[] {
    const first = held[0]?.index;
    const released = showsAll ? held : held.filter(({ index }) => index === first);
    held = [];
    return [...released, ...more];
  }

  const isOpen = (): boolean => shown !== 0 || isCounting || held.length > 0;

  return {
    read,
    get isOpen() {
      return isOpen();
    },
    skip(id = lastId) {
      lastId = id;
      if (!isOpen()) return;
      isCounting &&= count === 0;
      count += 1;
      shown ??= 0;
      held = [];
    },
    end: (hasBegun) => (hasBegun && !isCounting ? [] : release()),
  };
}

const hasText = ({ delta }: ChatChoice): boolean => delta !== undefined && saysSomething(delta);

const saysSomething = ({ reasoning, content, toolCalls }: ChatDelta): boolean =>
  reasoning !== "" || content.length > 0 || toolCalls.length > 0;
