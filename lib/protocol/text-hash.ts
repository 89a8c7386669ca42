/**
 * A short name of a text, by which a reader finds out that it holds another one: its length, and 53 bits of
 * cyrb53 (https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js, public domain) in
 * hexadecimal digits. The same in a browser, at once, and of no use against somebody who means harm.
 */
export function textHash(text: string): string {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  const bits = 4294967296 * (2097151 & two) + (one >>> 0);
  return `${text.length}-${bits.toString(16).padStart(14, "0")}`;
}
