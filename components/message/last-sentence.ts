/** The newest sentence that has begun, without its marks. */
export function lastSentence(text: string): string {
  const sentences = text.trim().split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/);
  return (sentences.findLast((sentence) => sentence.trim() !== "") ?? "").replace(/[*_`#]+/g, "").trim();
}
