/** Events of the Messages and the Responses wire as their bytes: each frame names its event. */
export const sseFrames = (...events: readonly object[]): string =>
  events
    .map(
      (event) =>
        `${"type" in event ? `event: ${String(event.type)}\n` : ""}data: ${JSON.stringify(event)}\n\n`,
    )
    .join("");
