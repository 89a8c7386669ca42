/** English words about models. */
export const enModels = {
  "model.demo": "Demo model",
  "model.demo.note": "Demo model · scripted, no AI",
  "model.note": "Answers come from {model}",

  "end.cached": " ({n}% cached)",
  "end.thinking": " ({n} thinking)",
  "end.least": "at least {what}",
  "end.unknown": "usage unknown",
  "end.unknown.stop": "usage after the stop unknown",
  "end.conversation": "{cost} in this conversation",
  "end.figures": "Figures",
} as const;
