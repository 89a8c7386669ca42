import type { DemoScript } from "../demo-script.ts";

const en = {
  reasoning: `The question is why rivers bend, not where. Two things need explaining: how a bend begins, and why it does not go away again.

It begins with any unevenness at all: a fallen tree, a harder bank. That alone would not be enough, since a straight canal also has uneven spots. What matters is that a bend makes itself larger.

So: the fast water is on the outside, it cuts there. On the inside it is slow and drops its sand. There is also the flow along the bed, from the outer bank to the inner one, which carries the sand across. Einstein wrote about that in 1926, with the tea leaves in a cup.

And the limit: the neck gets so narrow that a flood breaks through. Then an oxbow lake is left. I will say it in that order, and keep it short.`,
  text: `A river meanders because **a bend makes itself larger**.

It begins by accident. A fallen tree or a patch of hard clay pushes the current a little to one side, and from then on the water on the outside of the curve is faster than on the inside.

1. On the outside the fast water cuts into the bank.
2. On the inside it is slow, and drops the sand it carries.
3. Along the bed water flows from the outer bank to the inner one and takes sand with it. Tea leaves gather in the middle of a stirred cup for the same reason, as Einstein pointed out in 1926.

So the curve moves outwards on one side and grows land on the other, year after year. It ends when two bends come so close that a flood breaks through the neck between them. The river takes the short way, and the old loop stays behind as an oxbow lake.

In the mountains this hardly happens: where the bed is rock and the slope is steep, the water cuts downwards faster than sideways.`,
};

const zh = {
  reasoning: `问的是河为什么会弯，不是弯在哪里。要说清两件事：弯是怎么开始的，又为什么不会自己消失。

开始很容易，任何一点不均匀都行：一棵倒下的树，一段硬一些的岸。可光有这个还不够，笔直的水渠也有不均匀的地方。关键在于，弯会让自己变得更弯。

外侧水快，冲刷；内侧水慢，落沙。另外还有沿着河底从外岸流向内岸的水，把沙带过去。爱因斯坦在一九二六年写过这件事，用的是茶杯里的茶叶。

最后是极限：颈部太窄，一场洪水就冲断了，留下牛轭湖。就按这个次序说，说短一点。`,
  text: `河流会弯曲，是因为**弯会让自己变得更弯**。

开始只是偶然。一棵倒下的树，或者一段比较硬的黏土，把水流往一边推了一点。从那以后，弯道外侧的水就比内侧快。

1. 外侧水快，不断冲刷河岸。
2. 内侧水慢，带来的沙就沉在那里。
3. 靠近河底，水从外岸流向内岸，顺便把沙也带过去。搅过的茶，茶叶聚在杯底中央，也是这个道理，爱因斯坦在一九二六年写过。

于是弯道一侧往外移，另一侧长出新的滩地，年年如此。等到两个弯靠得太近，一场洪水就会冲断中间的颈部。河走了近路，旧的河湾留在原地，成了牛轭湖。

山里很少这样：河床是岩石，坡又陡，水往下切比往两边切快得多。`,
};

/** Reasons before it answers. */
export const meander: DemoScript = {
  matches: ({ question }) => /meander|river bend|think first|reasoning|弯曲|弯弯|思考|推理/i.test(question),
  reply: ({ language }) => (language === "zh" ? zh : en),
};
