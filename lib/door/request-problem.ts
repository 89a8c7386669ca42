import type { IncomingMessage } from "node:http";
import { allowedMethods } from "./api-methods.ts";
import { doorBounds } from "./door-bounds.ts";
import type { DoorProblem } from "./door-problem.ts";
import { messageBodyBytes } from "./message-body-bytes.ts";

type RequestHead = Pick<IncomingMessage, "method" | "url" | "rawHeaders" | "headers">;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Those that take what a person writes, which may be long. */
const withQuestion: readonly RegExp[] = [
  /^POST \/api\/conversations\/[^/]+\/runs$/,
  /^POST \/api\/runs\/[^/]+\/messages$/,
];

/** The other addresses that take a body: JSON, as lib/http/read-json.ts reads it. */
const withBody: readonly RegExp[] = [
  /^PATCH \/api\/conversations\/[^/]+$/,
  /^POST \/api\/conversations\/[^/]+\/queue$/,
  /^POST \/api\/runs\/[^/]+\/(stop|events|fork)$/,
  /^POST \/api\/session\/join$/,
  /^POST \/api\/models\/(test|key)$/,
  /^POST \/api\/runs\/[^/]+\/approvals\/[^/]+$/,
];

/**
 * What is wrong with a request by its head alone: nothing of its body has been read then. A message has at
 * most so many characters.
 */
export const requestProblem = (head: RequestHead, maxMessageLength: number): DoorProblem | undefined =>
  methodProblem(head) ?? addressProblem(head) ?? routeProblem(head) ?? bodyProblem(head, maxMessageLength);

const methodProblem = ({ method = "", url = "" }: RequestHead): DoorProblem | undefined => {
  if (!methods.includes(method)) return noMethod("there is no such method here", "不支持这种请求。", methods);
  // A whole address, as a proxy is asked, and "*": we are neither.
  if (!url.startsWith("/")) return badRequest("an address begins with /", "地址必须以 / 开头。");
  if (!url.startsWith("/api/") && method !== "GET" && method !== "HEAD")
    return noMethod("pages are only read", "页面只能读取。", ["GET", "HEAD"]);
  return undefined;
};

/** The address is known to be readable. */
function routeProblem({ method = "", url = "" }: RequestHead): DoorProblem | undefined {
  const allowed = allowedMethods(decodeURIComponent(pathOf(url)));
  if (!allowed || allowed.includes(method)) return undefined;
  return noMethod(`this address has no ${method}`, `这个地址不支持 ${method}。`, allowed);
}

function addressProblem({ url = "", rawHeaders }: RequestHead): DoorProblem | undefined {
  if (rawHeaders.length > 2 * doorBounds.headers)
    return {
      status: 431,
      title: "Too many headers",
      detail: `more than ${doorBounds.headers} headers`,
      zh: "请求头太多。",
    };
  if (url.split("&", doorBounds.parameters + 1).length > doorBounds.parameters)
    return {
      status: 414,
      title: "Address too long",
      detail: `more than ${doorBounds.parameters} parameters`,
      zh: "地址中的参数太多。",
    };
  try {
    decodeURIComponent(pathOf(url));
    return undefined;
  } catch {
    return badRequest("this address cannot be read", "无法读取这个地址。");
  }
}

/** A body without a length may have no end: where none belongs, it is not waited for. */
function bodyProblem(
  { method = "", url = "", headers }: RequestHead,
  maxMessageLength: number,
): DoorProblem | undefined {
  const length = Number(headers["content-length"] ?? 0);
  if (length === 0 && headers["transfer-encoding"] === undefined) return undefined;
  const isOf = (addresses: readonly RegExp[]) =>
    addresses.some((each) => each.test(`${method} ${pathOf(url)}`));
  const takesMessage = isOf(withQuestion);
  if (!takesMessage && !isOf(withBody))
    return tooLarge("nothing is taken here besides the address", "这个地址不接受请求内容。");
  const max = takesMessage ? messageBodyBytes(maxMessageLength) : doorBounds.bodyBytes;
  if (length > max) return tooLarge(`the body is larger than ${max} bytes`, "请求内容太大。");
  if (headers["content-encoding"] !== undefined)
    return unsupportedType("send the body as it is, not compressed", "请求内容不能压缩。");
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? ""))
    return unsupportedType("send application/json", "请求内容必须是 application/json。");
  return undefined;
}

const pathOf = (url: string): string => url.split("?", 1)[0] ?? "";

const noMethod = (detail: string, zh: string, allowed: readonly string[]): DoorProblem => ({
  ...{ status: 405, title: "Method not allowed", detail, zh, code: "wrong_method" },
  headers: { allow: allowed.join(", ") },
});

const badRequest = (detail: string, zh: string): DoorProblem => ({
  ...{ status: 400, title: "Bad request", detail, zh },
});

const tooLarge = (detail: string, zh: string): DoorProblem => ({
  ...{ status: 413, title: "Too large", detail, zh, code: "body_too_large" },
});

const unsupportedType = (detail: string, zh: string): DoorProblem => ({
  ...{ status: 415, title: "Unsupported media type", detail, zh, code: "wrong_content_type" },
});
