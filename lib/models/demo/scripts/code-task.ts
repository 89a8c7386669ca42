import type { DemoScript, DemoTurn } from "../demo-script.ts";

/** How a question asks for the task. */
const asksForTask = /drop of water|一滴水/i;

/**
 * A task of four steps in code, with three tools: one of the steps has a slip, which the next one mends.
 * Which step comes next is told by what the code before it came to.
 */
export const codeTask: DemoScript = {
  matches: ({ observations }) => observations !== undefined,
  reply: (turn) => ({ text: taskReply(turn), tokensPerSecond: 90 }),
};

function taskReply({ question, language, observations = [] }: DemoTurn): string {
  const words = language === "zh" ? zh : en;
  if (!asksForTask.test(question)) return words.other;
  const good = observations.filter((each) => !each.startsWith("Observation: Error: "));
  const hasSlipped = observations.some((each) => each.includes("ReferenceError"));
  if (good.length === 0) return convert(words);
  if (good.length === 1) return hasSlipped ? mend(words) : slip(words);
  return good.length === 2 ? draw(words) : words.done;
}

const codeBlock = (...lines: string[]): string => `<code>\n${lines.join("\n")}\n</code>`;

const convert = (words: typeof en): string => `<plan>
${words.plan}
</plan>

${words.convert}

${codeBlock(
  "const [length, speed] = await Promise.all([",
  '  convert_unit({ value: "3915", from: "mi", to: "km" }),',
  '  convert_unit({ value: "1.1", from: "m/s", to: "km/h" }),',
  "]);",
  'console.log("length:", length.result, "km");',
  'console.log("speed:", speed.result, "km/h");',
)}`;

const slip = (words: typeof en): string => `${words.slip}

${codeBlock("const hours = Number(lenght.result) / Number(speed.result);", 'console.log("hours:", hours);')}`;

const mend = (words: typeof en): string => `${words.mend}

${codeBlock(
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the code that is shown.
  "const days = await calculator({ expression: `round(${length.result} / ${speed.result} / 24)` });",
  'console.log("days:", days.result);',
)}`;

const draw = (words: typeof en): string => `${words.draw}

${codeBlock(
  "const arrival = await date_time({ add: { days: Number(days.result) } });",
  "const day = arrival.times[0].time.slice(0, 10);",
  "const points = Array.from({ length: 61 }, (_, at) =>",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the code that is shown.
  "  `${20 + at * 6},${60 + 22 * Math.sin(at / 3.1) * Math.cos(at / 9)}`);",
  'show_image(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120" width="400" height="120">',
  '  <rect width="400" height="120" fill="#f6f2e8"/>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the code that is shown.
  '  <polyline points="${points.join(" ")}" fill="none" stroke="#2f6f8f" stroke-width="5" stroke-linecap="round"/>',
  '  <circle cx="20" cy="60" r="6" fill="#b4552d"/>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the code that is shown.
  `  <text x="200" y="110" text-anchor="middle" font-family="sans-serif" font-size="13" fill="#333">${words.caption}</text>`,
  "</svg>`);",
  `final_answer(${words.answer});`,
)}`;

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: of the code that is shown. */
const en = {
  plan: [
    "1. Convert the length of the river and the speed of its water",
    "2. Work out how long a drop is on its way",
    "3. Find out when it would arrive, and draw the way",
  ].join("\n"),
  convert: "First I convert both figures: 3,915 miles of river, and water that does 1.1 metres a second.",
  slip: "Now the hours that the drop is on its way.",
  mend: "A slip: the variable is called `length`. I have the days worked out exactly.",
  draw: "Last, the day on which a drop that starts now arrives, and a drawing.",
  caption: "${Math.round(length.result)} km in ${days.result} days",
  answer:
    "`A drop of water needs about **${days.result} days** for the ${Math.round(length.result)} km of the Yangtze. " +
    "One that starts now reaches the sea on ${day}.`",
  done: "The drop has arrived.",
  other:
    "I am the demo model, and know one task in code: “How long does a drop of water travel down the Yangtze?”",
};

const zh: typeof en = {
  plan: ["1. 换算河长和流速", "2. 算出一滴水在路上多久", "3. 查出到达的日期，并画出这段路"].join("\n"),
  convert: "先换算两个数：河长 3915 英里，水流每秒 1.1 米。",
  slip: "现在算这滴水在路上的小时数。",
  mend: "写错了一处：变量名是 `length`。这次用计算器精确算出天数。",
  draw: "最后查出现在出发的水滴哪天到海，再画一张图。",
  caption: "${Math.round(length.result)} 公里，${days.result} 天",
  answer:
    "`一滴水走完长江的 ${Math.round(length.result)} 公里，大约要 **${days.result} 天**。现在出发，到 ${day} 入海。`",
  done: "这滴水已经到了。",
  other: "我是演示模型，用代码只会做一件事：“一滴水顺长江而下要多久？”",
};
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: of the code that is shown. */
