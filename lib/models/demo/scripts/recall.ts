import type { DemoScript, DemoTurn } from "../demo-script.ts";

const maxQuoted = 200;

/** Quotes what was said before: the history reaches the model. */
export const recall: DemoScript = {
  matches: ({ question }) =>
    /what did i (just )?(say|ask)|my (last|previous|first) (message|question)|我(刚才|刚刚|之前|上一?次|前面)?(说|问)了?(过)?什么|我刚才说|我刚刚说/i.test(
      question,
    ),
  reply: ({ language, earlier }) => ({ text: (language === "zh" ? zh : en)(earlier) }),
};

function en(earlier: DemoTurn["earlier"]): string {
  const last = earlier.at(-1);
  if (last === undefined) return "Nothing yet: this is your first message in this conversation.";
  const first = earlier.length > 1 ? ` Your first message was “${shorten(earlier[0] ?? "")}”.` : "";
  return `Before this you said: “${shorten(last)}”. That was message ${earlier.length} of yours.${first} I know because the whole conversation is sent along with every question.`;
}

function zh(earlier: DemoTurn["earlier"]): string {
  const last = earlier.at(-1);
  if (last === undefined) return "还什么都没有说：这是你在这个对话里的第一条消息。";
  const first = earlier.length > 1 ? `你的第一条消息是“${shorten(earlier[0] ?? "")}”。` : "";
  return `在这之前你说的是：“${shorten(last)}”。那是你的第 ${earlier.length} 条消息。${first}我之所以知道，是因为每次提问都会带上整个对话。`;
}

function shorten(text: string): string {
  const characters = Array.from(text.replace(/\s+/g, " ").trim());
  return characters.length <= maxQuoted ? characters.join("") : `${characters.slice(0, maxQuoted).join("")}…`;
}
