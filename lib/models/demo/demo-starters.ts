/** Questions that the demo model has a script for, and what each one shows, in two or three words. */
export const demoStarters: Record<"en" | "zh", readonly { prompt: string; what: string }[]> = {
  en: [
    { prompt: "Why does a river meander?", what: "thinks first" },
    { prompt: "Show me a sorted list in code, and a table", what: "code and a table" },
    { prompt: "Tell me the chronicle of a river, from source to sea", what: "two minutes long" },
    { prompt: "Break off in the middle of your answer", what: "breaks off" },
  ],
  zh: [
    { prompt: "河流为什么会弯曲？", what: "先想再答" },
    { prompt: "用代码和表格演示一个有序列表", what: "代码和表格" },
    { prompt: "讲一条河从源头到大海的编年", what: "长达两分钟" },
    { prompt: "答到一半的时候断开", what: "中途断开" },
  ],
};
