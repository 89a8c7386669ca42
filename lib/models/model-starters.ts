/** Questions for any model, and what is to be seen, in two or three words. */
export const modelStarters: Record<"en" | "zh", readonly { prompt: string; what: string }[]> = {
  en: [
    { prompt: "Why does a river meander?", what: "an explanation" },
    { prompt: "Show me a sorted list in code, and a table", what: "code and a table" },
    { prompt: "Tell me the chronicle of a river, from source to sea", what: "a long answer" },
    { prompt: "Write four lines about a stream, then say why they work", what: "a small poem" },
  ],
  zh: [
    { prompt: "河流为什么会弯曲？", what: "一个解释" },
    { prompt: "用代码和表格演示一个有序列表", what: "代码和表格" },
    { prompt: "讲一条河从源头到大海的编年", what: "很长的回答" },
    { prompt: "写四行关于溪流的诗，再说说好在哪里", what: "一首小诗" },
  ],
};
