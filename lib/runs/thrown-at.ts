/**
 * What may stand in a log of an error that nobody knows: its kind, and where it was thrown. Its words may
 * hold those of a conversation.
 */
export function thrownAt(error: unknown): { error: string; stack?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const { name, message, stack = "" } = error;
  // They stand first, and may look like anything.
  const from = stack.indexOf(message);
  const frames = stack
    .slice(from < 0 ? 0 : from + message.length)
    .split("\n")
    .filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line));
  return { error: name, ...(frames.length > 0 && { stack: frames.join("\n") }) };
}
