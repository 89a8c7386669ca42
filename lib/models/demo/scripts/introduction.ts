import type { DemoLanguage, DemoScript } from "../demo-script.ts";
import { demoStarters } from "../demo-starters.ts";

const prompts = (language: DemoLanguage): string =>
  demoStarters[language].map(({ prompt, what }) => `- “${prompt}” (${what})`).join("\n");

const en = (
  tools: readonly string[],
): string => `I am the demo model of this app: a handful of written answers that are sent at the pace of a real model. There is no AI behind me, and I have no script for what you asked. All else is real: the stream, the saving, reloading, stopping and going on.

Try one of these:

${prompts("en")}
- “A short answer”, “a long answer”, or “What did I say?”${tools.includes("read_page") ? "\n- “Read https://example.com” (with a tool, once you allow it)" : ""}

For real answers, give the server a model: set \`OPENAI_API_KEY\`, or \`OPENAI_BASE_URL\` for any server that speaks the OpenAI protocol (Ollama, LM Studio, vLLM and others), and if you like \`OPENAI_MODEL\`; then start it again.`;

const zh = (
  tools: readonly string[],
): string => `我是这个应用的演示模型：几篇事先写好的回答，按真实模型的速度发出来。我背后没有人工智能，你问的问题我也没有准备。除此之外都是真的：流式传输、保存、刷新、停止、继续。

可以试试这些：

${prompts("zh")}
- “简短回答”、“写一篇长文”，或者“我刚才说了什么？”${tools.includes("read_page") ? "\n- “读一下 https://example.com”（用工具，由你批准）" : ""}

要得到真正的回答，请给服务器配置一个模型：设置 \`OPENAI_API_KEY\`；如果用的是兼容 OpenAI 协议的服务器（Ollama、LM Studio、vLLM 等），设置 \`OPENAI_BASE_URL\`；还可以用 \`OPENAI_MODEL\` 指定模型。然后重新启动。`;

/** Says what it is, what to try, and how to get a real model. */
export const introduction: DemoScript = {
  matches: () => true,
  reply: ({ language, tools }) => ({ text: (language === "zh" ? zh : en)(tools) }),
};
