/** Names of places that no time zone is named after. */
const zonesOfOtherNames: Readonly<Record<string, string>> = {
  beijing: "Asia/Shanghai",
  shenzhen: "Asia/Shanghai",
  guangzhou: "Asia/Shanghai",
  china: "Asia/Shanghai",
  中国: "Asia/Shanghai",
  北京: "Asia/Shanghai",
  上海: "Asia/Shanghai",
  深圳: "Asia/Shanghai",
  香港: "Asia/Hong_Kong",
  台北: "Asia/Taipei",
  东京: "Asia/Tokyo",
  首尔: "Asia/Seoul",
  新加坡: "Asia/Singapore",
  伦敦: "Europe/London",
  巴黎: "Europe/Paris",
  柏林: "Europe/Berlin",
  莫斯科: "Europe/Moscow",
  纽约: "America/New_York",
  洛杉矶: "America/Los_Angeles",
  悉尼: "Australia/Sydney",
  japan: "Asia/Tokyo",
  korea: "Asia/Seoul",
  india: "Asia/Kolkata",
  kolkata: "Asia/Kolkata",
  delhi: "Asia/Kolkata",
  "new delhi": "Asia/Kolkata",
  mumbai: "Asia/Kolkata",
  germany: "Europe/Berlin",
  france: "Europe/Paris",
  uk: "Europe/London",
  kyiv: "Europe/Kyiv",
  "san francisco": "America/Los_Angeles",
  seattle: "America/Los_Angeles",
  boston: "America/New_York",
  washington: "America/New_York",
  "ho chi minh city": "Asia/Ho_Chi_Minh",
};

/**
 * The time zone of a name, an offset or a city: `Asia/Tokyo`, `utc+5:30`, `New York`. Undefined: there is
 * none. What is short for several zones, as CST is, is short for none.
 */
export function findTimeZone(text: string): string | undefined {
  const name = text.trim().toLowerCase().replaceAll("_", " ");
  if (name.length > 60) return undefined;
  if (/^(z|utc|gmt)$/.test(name)) return "UTC";
  const offset = /^(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?$/.exec(name.replace("−", "-"));
  if (offset) return offsetZone(offset);
  if (Object.hasOwn(zonesOfOtherNames, name)) return zonesOfOtherNames[name];
  return name.includes("/") ? canonical(name.replaceAll(" ", "_")) : zoneOfCity(name);
}

function offsetZone([, sign, hours = "", minutes = "00"]: RegExpExecArray): string | undefined {
  if (Number(hours) > 14) return undefined;
  if (Number(hours) === 0 && minutes === "00") return "UTC";
  return `${sign}${hours.padStart(2, "0")}:${minutes}`;
}

function zoneOfCity(name: string): string | undefined {
  const ending = `/${name.replaceAll(" ", "_")}`;
  return Intl.supportedValuesOf("timeZone").find((zone) => zone.toLowerCase().endsWith(ending));
}

/** As it is written in the database of time zones. */
function canonical(name: string): string | undefined {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone;
  } catch {
    return undefined;
  }
}
