import type { DemoScript } from "../demo-script.ts";
import { chronicleEn } from "./chronicle-en.ts";
import { chronicleZh } from "./chronicle-zh.ts";

interface Chronicle {
  opening: string;
  sections: readonly { title: string; stations: readonly string[] }[];
  ending: string;
}

/** About two minutes at the usual pace: long enough to reload, to follow from a second tab and to stop. */
export const chronicle: DemoScript = {
  matches: ({ question }) =>
    /chronicle|source to (the )?sea|two minutes|编年|从源头到|两分钟/i.test(question),
  reply: ({ language }) =>
    language === "zh"
      ? { text: chronicleText(chronicleZh), tokensPerSecond: 24, linePauseMs: 1350 }
      : { text: chronicleText(chronicleEn), tokensPerSecond: 30, linePauseMs: 1350 },
};

function chronicleText({ opening, sections, ending }: Chronicle): string {
  let station = 0;
  const parts = sections.map(({ title, stations }) => {
    const lines = stations.map((line) => `${++station}. ${line}`);
    return `## ${title}\n\n${lines.join("\n")}`;
  });
  return [opening, ...parts, ending].join("\n\n");
}
