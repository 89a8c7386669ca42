import type { enModels } from "./en-models.ts";

/** Chinese words about models. */
export const zhModels: Readonly<Record<keyof typeof enModels, string>> = {
  "model.demo": "演示模型",
  "model.demo.note": "演示模型 · 按脚本应答，不是 AI",
  "model.note": "由 {model} 回答",

  "end.cached": "（{n}% 来自缓存）",
  "end.thinking": "（其中思考 {n}）",
  "end.least": "至少{what}",
  "end.unknown": "用量未知",
  "end.unknown.stop": "停止之后的用量未知",
  "end.conversation": "本次对话 {cost}",
  "end.figures": "用量与速度",
};
