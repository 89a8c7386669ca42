/** A section of an answer as models write them: a heading, sentences, a list, code, a table. */
const section = (at: number): string =>
  [
    `## Part ${at}: what changes`,
    `The **second** step reads \`config-${at}.json\` once and keeps it, so that a later request costs nothing. ` +
      `It is *not* read again, unless [the notes](https://example.com/notes/${at}) say so; 中文的句子也在这里，慢慢写出来。`,
    ["first it is opened", "then **checked** line by line", `and closed after ${at} ms`]
      .map((line) => `- ${line}`)
      .join("\n"),
    `\`\`\`ts\nexport function read${at}(path: string): number {\n  const size = path.length * ${at};\n  return size > 0 ? size : -1; // nothing\n}\n\`\`\``,
    `| name | size | since |\n|---|---:|---|\n| one | ${at} | 2026-01-0${1 + (at % 9)} |\n| two | ${at * 17} | yesterday |`,
  ].join("\n\n");

/** At least so many characters of Markdown. */
export function streamedText(characters: number): string {
  const sections: string[] = [];
  for (let length = 0; length < characters; length += sections.at(-1)?.length ?? 0)
    sections.push(section(sections.length + 1));
  return sections.join("\n\n");
}

/** About what a token is. */
const pieceLength = 4;

/** As a model sends it. */
export const inPieces = (text: string): string[] =>
  text.match(new RegExp(`[^]{1,${pieceLength}}`, "gu")) ?? [];
