import type { DemoScript } from "../demo-script.ts";

/** One sentence. */
export const brief: DemoScript = {
  matches: ({ question }) =>
    /short (answer|text|reply)|keep it short|\bbrief|one sentence|简短|一句话/i.test(question),
  reply: ({ language }) => ({
    text:
      language === "zh"
        ? "水总是往低处走，其余的都是绕路。"
        : "Water goes downhill; everything else about a river is detour.",
  }),
};
