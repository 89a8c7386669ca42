import type { enMcp } from "./en-mcp.ts";

/** Chinese words about MCP servers. */
export const zhMcp: Record<keyof typeof enMcp, string> = {
  "settings.tools": "工具服务器",
  "settings.tools.lead": "别处的程序，它们的工具提供给智能体使用。由运行这台服务器的人指定。",
  "mcp.none": "没有工具服务器",
  "mcp.none.note": "运行这台服务器的人可以在 MCP_SERVERS 中指定。",
  "mcp.loading": "正在询问……",
  "mcp.failed": "无法加载列表。",
  "mcp.http": "位于 {where}",
  "mcp.stdio": "本服务器上的程序 {where}",
  "mcp.ready": "已连接",
  "mcp.waiting": "尚未询问",
  "mcp.away": "不在线",
  "mcp.tools": "{n} 个工具",
  "mcp.leftout": "另有 {n} 个无法提供给模型。",
  "mcp.failure": "它的工具现在不提供：{why}",
  "mcp.failure.unreachable": "无法连接。",
  "mcp.failure.not-started": "找不到它的命令，或不允许运行。",
  "mcp.failure.ended": "它断开了连接。",
  "mcp.failure.timeout": "它没有及时回答。",
  "mcp.failure.unauthorized": "它不接受这台服务器的凭据。",
  "mcp.failure.refused": "它拒绝回答。",
  "mcp.failure.not-mcp": "那里回答的程序不使用 MCP。",
  "mcp.failure.too-large": "它发送的内容超过了可读取的上限。",
};
