import { doorBounds } from "./door-bounds.ts";

/** Of one character: two halves of a pair, each as `\ud83d`. Some clients write JSON so. */
const maxCharacterBytes = 12;
/** What stands around the text. */
const frameBytes = 8 * 1024;

/** How large a body may be that brings a message of at most so many characters: none of those is refused. */
export const messageBodyBytes = (maxMessageLength: number): number =>
  Math.max(doorBounds.bodyBytes, maxMessageLength * maxCharacterBytes + frameBytes);
