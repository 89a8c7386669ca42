import type { DemoScript } from "../demo-script.ts";

const en = `A river is usually drawn as a line, and that is the first thing about it that is not true. What you see between the banks is the part of the water that is in a hurry. Much more of it moves through the gravel below and beside the bed, slowly, a few metres a day, and comes up again further down, cool in summer and mild in winter. Fish know these places. Anglers think that they know them too.

**Where the water comes from.** After a week without rain a river still runs, and for a long time people could not explain it. Some thought that the sea pressed its water back through the rock. In 1674 Pierre Perrault measured it: he compared the rain that falls on the upper Seine with the water that flows there in a year, and found that the rain would be enough six times over. The rest stays in the ground, in plants and in the air. What feeds a river in dry weeks is rain of last winter, or of a winter ten years ago.

**What it carries.** Water takes along what it can lift. A mountain stream moves stones as big as heads, though only on a few days of the year; for the rest of the time it runs clear and seems to do nothing. Lower down it is gravel, then sand, then a cloudiness that settles only where the water stands still. So one can read a bank like a diary: coarse layers are floods, fine ones are quiet years, and a dark line may be the autumn in which the forest above was felled.

**What people made of it.** First they put mills on it, then they straightened it, then they were surprised. A straight river is shorter, so it falls more steeply; it runs faster, digs deeper and takes the groundwater down with it. And the flood that once spread over meadows for a week now reaches the next town in a day. For some decades dykes have been moved back in many places. It is cheaper than it sounds: a meadow that is under water for three weeks a year is still a meadow.

**What stays.** Names, most of all. Many river names are older than any language spoken on their banks. Those who came later asked what the water was called, and were given a word that in the old language meant nothing but “water” or “the flowing one”. So we say it twice, and it does no harm.`;

const zh = `河总是被画成一条线，这是关于河的第一件不真实的事。两岸之间看得见的，只是赶路的那部分水。更多的水在河床下面和旁边的砾石里走，很慢，一天几米，到下游再冒出来，夏天是凉的，冬天是温的。鱼认得这些地方，钓鱼的人以为自己也认得。

**水从哪里来。** 一个星期不下雨，河照样流，很长时间里人们解释不了。有人以为是海把水从岩石里压了回来。一六七四年，皮埃尔·佩罗量了一次：他把塞纳河上游一年的雨量和一年的流量相比，发现雨水足够河流用六次。其余的留在土里、草木里和空气里。旱天里养着一条河的，是去年冬天的雨，也可能是十年前某个冬天的雨。

**它带走什么。** 水搬得动什么，就带走什么。山溪能推动人头大的石头，不过一年里只有几天如此，其余的日子清清亮亮，好像什么也不做。再往下是砾石，然后是沙，然后是一种浑浊，要等水完全停下才肯沉。所以河岸可以当日记来读：粗的一层是洪水，细的一层是平静的年份，一道黑线也许就是上游砍林的那个秋天。

**人对它做了什么。** 先是架水磨，然后取直，然后大吃一惊。取直的河变短，坡就变陡，流得快，切得深，把地下水也一起带低了。从前在草地上漫一个星期的洪水，如今一天就到了下一座城。近几十年，许多地方把堤往后退。这比听起来便宜：一年泡三个星期水的草地，仍旧是草地。

**留下什么。** 主要是名字。许多河的名字，比两岸说过的任何一种语言都老。后来的人问这水叫什么，得到的那个词，在旧语言里不过是“水”，或者“流动的那个”。于是我们把同一个意思说了两遍，也没有什么坏处。`;

/** Five paragraphs of prose. */
export const long: DemoScript = {
  matches: ({ question }) =>
    /long (answer|text|reply|story)|essay|in detail|长文|长一点|详细|文章/i.test(question),
  reply: ({ language }) => ({ text: language === "zh" ? zh : en }),
};
