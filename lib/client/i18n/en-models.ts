/** English words about models. */
export const enModels = {
  "model.demo": "Demo model",
  "model.demo.note": "Demo model · scripted, no AI",
  "model.note": "Answers come from {model}",
} as const;
