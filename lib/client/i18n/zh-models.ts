import type { enModels } from "./en-models.ts";

/** Chinese words about models. */
export const zhModels: Readonly<Record<keyof typeof enModels, string>> = {
  "model.demo": "演示模型",
  "model.demo.note": "演示模型 · 按脚本应答，不是 AI",
  "model.note": "由 {model} 回答",
};
