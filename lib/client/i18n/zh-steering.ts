import type { enSteering } from "./en-steering.ts";

/** The same in Chinese. */
export const zhSteering: Readonly<Record<keyof typeof enSteering, string>> = {
  "steering.label": "写给正在进行的回答的消息",
  "steering.ways": "这条消息怎么处理",
  "steering.into": "加入这次回答",
  "steering.after": "回答完再问",
  "steering.stop": "停止并发送",
  "steering.sending": "正在送出",
  "steering.recorded": "在回答的下一步加入",
  "steering.settled": "接着提问",
  "steering.queued": "这次回答之后提问",
  "steering.starting": "正在提问",
  "steering.now": "立即发送",
  "steering.up": "上移",
  "steering.remove": "移除",
  "steering.pausedBy.failed": "上面的回答出错了，以下消息先等着。",
  "steering.pausedBy.interrupted": "上面的回答中断了，以下消息先等着。",
  "steering.pausedBy.stopped": "上面的回答已停止，以下消息先等着。",
  "steering.resume": "依次发送",
  "steering.late": "写给上面那次回答，但它先结束了，于是接着提问。",
};
