import MarkdownRender from "markstream-react";
import "markstream-react/index.css";
import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { Streamdown } from "streamdown";
import "streamdown/styles.css";

const plugins = [remarkGfm];

/** Libraries that draw Markdown while it is written, as their pages say to use them. */
export const renderers = {
  streamdown: ({ text, isLive }) => <Streamdown isAnimating={isLive}>{text}</Streamdown>,
  markstream: ({ text, isLive }) => <MarkdownRender content={text} final={!isLive} fade={false} />,
  "react-markdown": ({ text }) => <Markdown remarkPlugins={plugins}>{text}</Markdown>,
};
