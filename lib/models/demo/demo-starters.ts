/** Questions that the demo model has a script for, and what each one shows. */
export const demoStarters: Record<"en" | "zh", readonly { prompt: string; what: string }[]> = {
  en: [
    { prompt: "Why does a river meander?", what: "Thinks first, then answers" },
    {
      prompt: "Show me a sorted list in code, and a table",
      what: "Markdown, code and a table as they come in",
    },
    {
      prompt: "Tell me the chronicle of a river, from source to sea",
      what: "Two minutes: reload, open a second tab, or stop it",
    },
    {
      prompt: "Break off in the middle of your answer",
      what: "The connection breaks; what was said is kept",
    },
  ],
  zh: [
    { prompt: "河流为什么会弯曲？", what: "先思考，再回答" },
    { prompt: "用代码和表格演示一个有序列表", what: "边写边排版的 Markdown、代码和表格" },
    { prompt: "讲一条河从源头到大海的编年", what: "约两分钟：可以刷新、开第二个标签页，或者停止" },
    { prompt: "答到一半的时候断开", what: "连接中断，已经说的话会留下" },
  ],
};
