/** JSON that a model has written as a string, with the quotation marks in it escaped, as what it says. */
export interface UnquotedJson {
  /** What does not look like that is passed on as it is. */
  push(text: string): string;
}

/** For one object, with what stands before it. */
export function createUnquotedJson(): UnquotedJson {
  let state: "before" | "first" | "plain" | "quoted" = "before";
  /** The last character before the object that is no space. */
  let newest = "";
  let isEscaped = false;

  function take(character: string): string {
    switch (state) {
      case "before":
        if (character === "{") state = "first";
        else if (character.trim() !== "") newest = character;
        return character;
      case "first":
        if (character.trim() === "") return character;
        state = character === "\\" && newest === '"' ? "quoted" : "plain";
        return take(character);
      case "plain":
        return character;
      case "quoted":
        return unescape(character);
      default:
        return state satisfies never;
    }
  }

  function unescape(character: string): string {
    if (!isEscaped && character === "\\") {
      isEscaped = true;
      return "";
    }
    const wasEscaped = isEscaped;
    isEscaped = false;
    if (!wasEscaped || character === '"' || character === "\\") return character;
    return spaces.get(character) ?? `\\${character}`;
  }

  return {
    push(text) {
      if (state === "plain") return text;
      let out = "";
      for (const character of text) out += take(character);
      return out;
    },
  };
}

const spaces: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
