/**
 * A text of which some servers send with each chunk what is new, and others all so far; which, its second
 * chunk tells. `read` gives what is new.
 */
export function createRepeatedText(): { read(text: string): string } {
  let before = "";
  let repeats: boolean | undefined;

  function read(text: string): string {
    if (text === "" || repeats === false) return text;
    if (before !== "") repeats ??= text.startsWith(before) && (text !== before || isUnlikelyTwice(text));
    const isMore = repeats === true && text.startsWith(before);
    const added = isMore ? text.slice(before.length) : text;
    before = text;
    return added;
  }

  return { read };
}

/** A token may follow itself. */
const isUnlikelyTwice = (text: string): boolean => text.length >= 5;
