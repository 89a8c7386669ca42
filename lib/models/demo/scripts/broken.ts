import type { DemoReply, DemoScript } from "../demo-script.ts";

const en = reply(
  `You asked for an answer that breaks off. This one was written to the end, but its connection is cut after this sentence, as it happens when a proxy restarts or a cable is pulled. `,
  `If you can read this, you pressed Continue: the answer went on where it had stopped, and nothing that you had read before was taken back.`,
);

const zh = reply(
  `你要的是一个中途断开的回答。它本来是写完了的，但读到这句话之后连接就会被切断，就像代理重启或者网线被拔掉时那样。`,
  `如果你读到了这里，说明你按了继续：回答从停下的地方接着往下说，先前读过的一个字也没有收回。`,
);

function reply(before: string, after: string): DemoReply {
  return { text: before + after, breaksAt: before.length };
}

/** Loses its connection in the middle, once: continued, it gets to its end. */
export const broken: DemoScript = {
  matches: ({ question }) => /break off|breaks? (in|half)|cut off|fail|断开|中断|出错/i.test(question),
  reply: ({ language }) => (language === "zh" ? zh : en),
};
