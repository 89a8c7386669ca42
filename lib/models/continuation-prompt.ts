/** What a model is told behind its own partial answer: many endpoints would begin anew without it. */
export const continuationPrompt =
  "Go on from exactly where your last answer breaks off, even in the middle of a word. " +
  "Repeat nothing of it and do not comment on this.";
