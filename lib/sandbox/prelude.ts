/**
 * What runs in a sandbox before any code of a model: a function that is given what the worker does for it,
 * makes the globals, and returns what the worker calls. It keeps its own hold on all that it uses, so that
 * nothing that code changes (prototypes, `JSON`, `Promise`) reaches it. No list is iterated here, and no
 * method called by its name, for that reason.
 */
export const prelude = String.raw`(function (host, tools, limit, seed) {
  "use strict";
  const { parse, stringify } = JSON;
  const { apply, construct } = Reflect;
  const { imul } = Math;
  const { create, defineProperty, getPrototypeOf } = Object;
  const toText = String;
  const Bytes = Uint8Array;
  const Failure = Error;
  const Later = Promise;
  const Maps = Map;
  const Sets = Set;
  const RealDate = Date;
  const entriesOf = Map.prototype.entries;
  const valuesOf = Set.prototype.values;
  const nextOfMap = getPrototypeOf(new Map().entries()).next;
  const nextOfSet = getPrototypeOf(new Set().values()).next;
  const dateText = Date.prototype.toString;
  const pending = create(null);
  let timers = create(null);
  let ids = 0;
  let used = 0;
  let now = 0;

  const hidden = (target, name, value) =>
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });

  // Ends the run: nothing here catches that.
  function flood() { host.flood(); for (;;); }
  function count(text) {
    used += text.length;
    if (used > limit) flood();
    return text;
  }

  // What is printed.
  function shown(value) {
    if (typeof value === "string") return value;
    if (typeof value === "function") return "[function]";
    if (value === undefined || value === null || typeof value !== "object") return toText(value);
    try {
      if (value instanceof Failure) return value.name + ": " + value.message;
      const text = stringify(value, plain, 1);
      return text === undefined ? "[object]" : text.length > 72 ? text : stringify(value, plain);
    } catch (error) {
      return "[object]";
    }
  }
  function plain(key, value) {
    if (typeof value === "bigint") return toText(value);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Maps) return listed(apply(entriesOf, value, []), nextOfMap);
    if (value instanceof Sets) return listed(apply(valuesOf, value, []), nextOfSet);
    if (value instanceof Bytes) return "[" + value.length + " bytes]";
    if (value instanceof Failure) return value.name + ": " + value.message;
    return value;
  }
  function listed(items, next) {
    const list = [];
    for (;;) {
      const item = apply(next, items, []);
      if (item.done) return list;
      defineProperty(list, list.length, { value: item.value, enumerable: true, writable: true, configurable: true });
    }
  }
  function print() {
    let text = "";
    for (let at = 0; at < arguments.length; at += 1) text += (at > 0 ? " " : "") + shown(arguments[at]);
    host.log(count(text + "\n"));
  }

  // Images.
  function isSvg(text) {
    let at = 0;
    while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at += 1;
    return text[at] === "<" && (text[at + 1] === "s" || text[at + 1] === "?") && text.length <= 400000 && host.isSvg(text);
  }
  function image(value) {
    if (value.length > 400000) return "an image has at most 256 KB";
    if (typeof value === "string") return host.imageText(value);
    if (!(value instanceof Bytes)) throw new TypeError("show_image takes the text of an SVG, a data: address, or the bytes of a PNG");
    const copy = new Bytes(value);
    return host.imageBytes(copy.buffer);
  }
  function showImage(value) {
    if (value === undefined || value === null) throw new TypeError("show_image takes an image");
    const fault = image(value);
    if (fault !== undefined) throw new TypeError(fault);
  }

  // Tools.
  function call(name, args) {
    const json = args === undefined ? "{}" : stringify(args, plain);
    if (json !== undefined && json.length > 256000) throw new RangeError("a tool takes at most 256,000 characters");
    const id = (ids += 1);
    return new Later((resolve, reject) => {
      pending[id] = { resolve, reject };
      const fault = host.call(id, name, json === undefined ? "null" : json);
      if (fault !== undefined) { delete pending[id]; reject(new Failure(fault)); }
    });
  }
  const byName = create(null);
  for (let at = 0; at < tools.length; at += 1) {
    const name = tools[at];
    const tool = async (args) => call(name, args);
    defineProperty(tool, "name", { value: name });
    defineProperty(byName, name, { value: tool, enumerable: true });
    if (!(name in globalThis)) hidden(globalThis, name, tool);
  }
  hidden(globalThis, "tools", byName);

  // Timers, in a time of their own.
  function timer(repeats, callback, ms, args) {
    if (typeof callback !== "function") throw new TypeError("a timer calls a function");
    const delay = ms > 0 ? +ms : 0;
    const id = (ids += 1);
    const fault = host.timer(id, now + delay);
    if (fault !== undefined) throw new RangeError(fault);
    timers[id] = { callback, args, every: repeats ? delay : undefined };
    return id;
  }
  function cancel(id) { if (timers[id]) { delete timers[id]; host.cancel(id); } }
  const rest = (given) => {
    const list = [];
    for (let at = 2; at < given.length; at += 1) defineProperty(list, at - 2, { value: given[at], enumerable: true });
    return list;
  };
  hidden(globalThis, "setTimeout", function setTimeout(callback, ms) { return timer(false, callback, ms, rest(arguments)); });
  hidden(globalThis, "setInterval", function setInterval(callback, ms) { return timer(true, callback, ms, rest(arguments)); });
  hidden(globalThis, "clearTimeout", function clearTimeout(id) { cancel(id); });
  hidden(globalThis, "clearInterval", function clearInterval(id) { cancel(id); });

  // Time and chance, the same for the same run.
  const Clock = new Proxy(RealDate, {
    construct: (target, args, made) => construct(target, args.length === 0 ? [now] : args, made),
    apply: () => apply(dateText, new RealDate(now), []),
  });
  hidden(RealDate, "now", () => now);
  hidden(RealDate.prototype, "constructor", Clock);
  hidden(globalThis, "Date", Clock);
  hidden(Math, "random", () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  });

  const console = {};
  const names = ["log", "info", "warn", "error", "debug"];
  for (let at = 0; at < names.length; at += 1) hidden(console, names[at], print);
  hidden(globalThis, "console", console);
  hidden(globalThis, "print", print);
  hidden(globalThis, "show_image", showImage);

  function valueText(value) {
    if (typeof value === "string" && isSvg(value) && host.imageText(value) === undefined) return "null";
    if (value instanceof Bytes && value.length <= 400000 && host.isPng(new Bytes(value).buffer) && image(value) === undefined) return "null";
    try {
      const text = stringify(value, plain);
      return text === undefined ? "null" : text;
    } catch (error) {
      return stringify(shown(value));
    }
  }
  function failureText(error) {
    const isError = error instanceof Failure;
    const message = isError ? toText(error.name) + ": " + toText(error.message) : "threw " + shown(error);
    return stringify({ message: cut(message), stack: isError ? cut(toText(error.stack)) : "" });
  }
  const sliced = String.prototype.slice;
  const cut = (text) => (text.length > 4000 ? apply(sliced, text, [0, 4000]) : text);

  return {
    begin(at) { used = 0; now = at; timers = create(null); },
    // What a run gives, whatever that is: V and its value as JSON, or E and what was thrown.
    async outcome(result) {
      try {
        const value = await (await result).value;
        return "V" + count(valueText(value));
      } catch (error) {
        return "E" + failureText(error);
      }
    },
    failure: (error) => "E" + failureText(error),
    settle(id, isOk, text) {
      const { resolve, reject } = pending[id];
      delete pending[id];
      if (isOk) resolve(parse(text));
      else reject(new Failure(text));
    },
    fire(id, at) {
      const due = timers[id];
      if (at > now) now = at;
      if (due.every === undefined) delete timers[id];
      else host.timer(id, now + (due.every > 1 ? due.every : 1));
      apply(due.callback, undefined, due.args);
    },
  };
})`;
