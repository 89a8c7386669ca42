import type { DemoScript } from "../demo-script.ts";

const en = {
  name: "Ada Meyer",
  title: "Hydrologist",
  email: "ada@example.org",
  location: "Orrin",
  experience: [
    { company: "River Office", role: "Gauge keeper", from: "2019", to: null },
    { company: "Institute of Water", role: "Field assistant", from: "2015", to: "2019" },
  ],
  education: [{ school: "University of Orrin", degree: "MSc Hydrology", year: 2015 }],
  skills: ["Flow measurement", "Maps", "Python"],
  languages: [
    { language: "German", level: "native" },
    { language: "English", level: "fluent" },
  ],
};
const zh = {
  name: "林晓河",
  title: "水文工程师",
  email: "lin@example.org",
  location: "杭州",
  experience: [
    { company: "河道管理处", role: "水位观测员", from: "2019 年", to: null },
    { company: "水利研究所", role: "野外助理", from: "2015 年", to: "2019 年" },
  ],
  education: [{ school: "河海大学", degree: "水文学硕士", year: 2015 }],
  skills: ["流量测量", "制图", "数据分析"],
  languages: [
    { language: "中文", level: "native" },
    { language: "英语", level: "good" },
  ],
};

/** The first attempt has a year in words, which no number is: it is asked for again, and replaced. */
export const resumeCard: DemoScript = {
  matches: ({ form }) => form?.name === "resume",
  reply({ language, isRetry }) {
    const whole = language === "zh" ? zh : en;
    const education = whole.education.map((each) => ({
      ...each,
      year: language === "zh" ? "二〇一五年" : "in 2015",
    }));
    return { text: JSON.stringify(isRetry ? whole : { ...whole, education }, null, 1), tokensPerSecond: 40 };
  },
};
