import type { Language } from "./messages.ts";

const en = {
  title: "Schedules",
  lead: "What this server asks by the clock. Whoever runs it names them.",
  none: "No schedules",
  "none.note": "Whoever runs this server can declare some in its code.",
  loading: "Reading them…",
  failed: "The list could not be loaded.",
  when: "{cron} in {zone}, asks {agent}",
  next: "next {time}",
  never: "never again",
  last: "Started last {time}",
  unstarted: "Not started yet",
  open: "Open the conversation",
  missed: "{n} missed, from {from} to {to}: no server was there",
  "missed.one": "One missed, {from}: no server was there",
} as const;

export type ScheduleKey = keyof typeof en;
type ScheduleWords = Readonly<Record<ScheduleKey, string>>;

const zh: ScheduleWords = {
  title: "定时任务",
  lead: "本服务器按时间自动提出的问题，由管理者设定。",
  none: "没有定时任务",
  "none.note": "管理者可以在代码中声明。",
  loading: "正在读取…",
  failed: "列表没有加载成功。",
  when: "{cron}，时区 {zone}，由 {agent} 回答",
  next: "下次 {time}",
  never: "不再执行",
  last: "上次启动 {time}",
  unstarted: "还没有启动过",
  open: "打开对话",
  missed: "错过 {n} 次，{from} 至 {to}：当时没有服务器在运行",
  "missed.one": "错过一次，{from}：当时没有服务器在运行",
};

/** The words about schedules in each language. They are loaded with the settings. */
export const scheduleWords: Readonly<Record<Language, ScheduleWords>> = { en, zh };
