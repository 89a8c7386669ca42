/** Powers of the base units that a quantity is measured in: a speed is `{ length: 1, time: -1 }`. */
export type Dimensions = Readonly<Partial<Record<BaseQuantity, number>>>;

export type BaseQuantity =
  | "length"
  | "mass"
  | "time"
  | "current"
  | "temperature"
  | "amount"
  | "luminosity"
  | "angle"
  | "data";

/** A unit that is not made of others. */
export interface UnitEntry {
  /** An expression of the calculator: how many of the base units it is. */
  readonly factor: string;
  /** Of a temperature: how many of the unit its zero is above the absolute one. */
  readonly offset?: string;
  readonly dimensions: Dimensions;
  /** As it is written, capitals and all. Where two units share one, it is the first's without a prefix. */
  readonly symbols: readonly string[];
  /** In small letters; the plural in "s" need not be named. */
  readonly names: readonly string[];
  /** Whether it takes prefixes: `k`, `kilo`; "binary": `Ki` and `kibi` too. */
  readonly prefixes?: "decimal" | "binary";
}

const length = { length: 1 } as const;
const area = { length: 2 } as const;
const volume = { length: 3 } as const;
const mass = { mass: 1 } as const;
const duration = { time: 1 } as const;
const speed = { length: 1, time: -1 } as const;
const force = { mass: 1, length: 1, time: -2 } as const;
const energy = { mass: 1, length: 2, time: -2 } as const;
const powerOf = { mass: 1, length: 2, time: -3 } as const;
const pressure = { mass: 1, length: -1, time: -2 } as const;
const pure = {} as const;

const entry = (
  factor: string,
  dimensions: Dimensions,
  symbols: string,
  names: string,
  prefixes?: UnitEntry["prefixes"],
): UnitEntry => ({
  factor,
  dimensions,
  symbols: symbols.split(" ").filter(Boolean),
  names: names.split(", ").filter(Boolean),
  ...(prefixes && { prefixes }),
});

/**
 * Base units: metre, kilogram, second, ampere, kelvin, mole, candela, radian, bit. The factors are those of
 * the International System (9th edition) and, for customary units, of NIST Special Publication 811; both
 * define them exactly. A year and a month are those of the Gregorian calendar on average.
 */
export const unitTable: readonly UnitEntry[] = [
  entry("1", length, "m", "metre, meter, 米, 公尺", "decimal"),
  entry("1000", length, "", "公里, 千米"),
  entry("0.01", length, "", "厘米, 公分"),
  entry("0.001", length, "", "毫米"),
  entry("500", length, "", "里, 市里"),
  entry("1/3", length, "", "尺, 市尺"),
  entry("1/30", length, "", "寸, 市寸"),
  entry("1e-6", length, "", "micron"),
  entry("1e-10", length, "Å", "angstrom, ångström"),
  entry("0.0254", length, "in ″", "inch, inches, 英寸"),
  entry("0.3048", length, "ft ′", "foot, feet, 英尺"),
  entry("0.9144", length, "yd", "yard, 码"),
  entry("1609.344", length, "mi", "mile, 英里"),
  entry("1852", length, "nmi NM", "nautical mile, 海里"),
  entry("1.8288", length, "", "fathom"),
  entry("201.168", length, "", "furlong"),
  entry("149597870700", length, "au AU", "astronomical unit"),
  entry("9460730472580800", length, "ly", "light-year, light year, lightyear, 光年"),
  entry("149597870700*648000/pi", length, "pc", "parsec", "decimal"),

  entry("100", area, "", "are"),
  entry("10000", area, "ha", "hectare, 公顷"),
  entry("2000/3", area, "", "亩, mu"),
  entry("4046.8564224", area, "ac", "acre, 英亩"),

  entry("0.001", volume, "L l", "litre, liter, 升", "decimal"),
  entry("1e-6", volume, "cc", ""),
  entry("0.003785411784", volume, "gal", "gallon, us gallon, 加仑"),
  entry("0.00454609", volume, "", "imperial gallon, uk gallon"),
  entry("0.003785411784/4", volume, "qt", "quart"),
  entry("0.003785411784/8", volume, "pt", "pint, us pint"),
  entry("0.00454609/8", volume, "", "imperial pint, uk pint"),
  entry("0.003785411784/16", volume, "", "cup, us cup"),
  entry("0.003785411784/128", volume, "floz", "fluid ounce, fl oz, us fluid ounce"),
  entry("0.00454609/160", volume, "", "imperial fluid ounce"),
  entry("0.003785411784/256", volume, "tbsp", "tablespoon"),
  entry("0.003785411784/768", volume, "tsp", "teaspoon"),
  entry("0.158987294928", volume, "bbl", "barrel, oil barrel"),

  entry("0.001", mass, "g", "gram, gramme, 克", "decimal"),
  entry("1", mass, "", "kilo, 公斤, 千克"),
  entry("0.5", mass, "", "斤, 市斤, jin"),
  entry("0.05", mass, "", "两, 市两"),
  entry("1000", mass, "t", "tonne, metric ton, 吨", "decimal"),
  entry("0.45359237", mass, "lb lbs", "pound, 磅"),
  entry("0.45359237/16", mass, "oz", "ounce, 盎司"),
  entry("0.0311034768", mass, "ozt", "troy ounce"),
  entry("6.35029318", mass, "st", "stone"),
  entry("907.18474", mass, "", "short ton, us ton"),
  entry("1016.0469088", mass, "", "long ton, imperial ton"),
  entry("0.0002", mass, "ct", "carat, 克拉"),
  entry("0.00006479891", mass, "gr", "grain"),

  entry("1", duration, "s", "second, sec, 秒", "decimal"),
  entry("60", duration, "min", "minute, 分钟"),
  entry("3600", duration, "h hr", "hour, 小时"),
  entry("86400", duration, "d", "day, 天"),
  entry("604800", duration, "wk", "week, 周, 星期"),
  entry("1209600", duration, "", "fortnight"),
  entry("31556952/12", duration, "mo", "month, 个月"),
  entry("31556952", duration, "yr a", "year, 年"),
  entry("31556952*10", duration, "", "decade"),
  entry("31556952*100", duration, "", "century, centuries, 世纪"),
  entry("1609.344/0.003785411784", { length: -2 }, "mpg", "mile per gallon, us mpg"),
  entry("1609.344/0.00454609", { length: -2 }, "", "imperial mpg, uk mpg"),
  entry("1", { time: -1 }, "Hz", "hertz", "decimal"),
  entry("1/60", { time: -1 }, "rpm", "revolution per minute"),

  entry("1000/3600", speed, "kph kmh", ""),
  entry("1609.344/3600", speed, "mph", ""),
  entry("1852/3600", speed, "kn kt", "knot, 节"),
  entry("299792458", speed, "c", "speed of light"),
  entry("9.80665", { length: 1, time: -2 }, "g0 gn", "standard gravity"),

  entry("1", force, "N", "newton", "decimal"),
  entry("1e-5", force, "dyn", "dyne"),
  entry("9.80665", force, "kgf", "kilogram-force"),
  entry("0.45359237*9.80665", force, "lbf", "pound-force"),

  entry("1", energy, "J", "joule, 焦耳", "decimal"),
  entry("4.184", energy, "cal", "calorie, 卡路里", "decimal"),
  entry("4184", energy, "Cal", "大卡, 千卡"),
  entry("3600", energy, "Wh", "watt-hour, watt hour", "decimal"),
  entry("3600000", energy, "", "度电"),
  entry("1.602176634e-19", energy, "eV", "electronvolt", "decimal"),
  entry("1055.05585262", energy, "BTU Btu", "british thermal unit"),
  entry("0.45359237*9.80665*0.3048", energy, "ftlb", "foot-pound"),

  entry("1", powerOf, "W", "watt, 瓦, 瓦特", "decimal"),
  entry("550*0.45359237*9.80665*0.3048", powerOf, "hp", "horsepower, mechanical horsepower"),
  entry("75*9.80665", powerOf, "PS", "metric horsepower, 马力"),

  entry("1", pressure, "Pa", "pascal, 帕", "decimal"),
  entry("100000", pressure, "bar", "", "decimal"),
  entry("101325", pressure, "atm", "atmosphere, 大气压"),
  entry("101325/760", pressure, "Torr torr", ""),
  entry("133.322387415", pressure, "mmHg", "毫米汞柱"),
  entry("0.45359237*9.80665/0.0254^2", pressure, "psi", ""),

  entry("1", { temperature: 1 }, "K", "kelvin", "decimal"),
  {
    ...entry("1", { temperature: 1 }, "°C ℃ degC C", "celsius, degree celsius, degrees celsius, 摄氏度"),
    offset: "273.15",
  },
  {
    ...entry(
      "5/9",
      { temperature: 1 },
      "°F ℉ degF F",
      "fahrenheit, degree fahrenheit, degrees fahrenheit, 华氏度",
    ),
    offset: "459.67",
  },
  entry("5/9", { temperature: 1 }, "°R", "rankine"),

  entry("1", { current: 1 }, "A", "ampere, amp", "decimal"),
  entry("1", { current: 1, time: 1 }, "C", "coulomb", "decimal"),
  entry("3600", { current: 1, time: 1 }, "Ah", "ampere-hour, amp hour", "decimal"),
  entry("1", { mass: 1, length: 2, time: -3, current: -1 }, "V", "volt", "decimal"),
  entry("1", { mass: 1, length: 2, time: -3, current: -2 }, "Ω Ohm", "ohm", "decimal"),
  entry("1", { mass: -1, length: -2, time: 4, current: 2 }, "F", "farad", "decimal"),
  entry("1", { amount: 1 }, "mol", "mole", "decimal"),
  entry("1", { luminosity: 1 }, "cd", "candela", "decimal"),

  entry("1", { angle: 1 }, "rad", "radian", "decimal"),
  entry("pi/180", { angle: 1 }, "° deg", "degree, 度"),
  entry("pi/10800", { angle: 1 }, "arcmin", "arcminute, minute of arc"),
  entry("pi/648000", { angle: 1 }, "arcsec", "arcsecond, second of arc"),
  entry("pi/200", { angle: 1 }, "gon grad", "gradian"),
  entry("2*pi", { angle: 1 }, "", "turn, revolution"),

  entry("1", { data: 1 }, "b bit", "bit, 比特", "binary"),
  entry("8", { data: 1 }, "B", "byte, 字节", "binary"),

  entry("0.01", pure, "%", "percent"),
  entry("0.001", pure, "‰", "per mille"),
  entry("1e-6", pure, "ppm", ""),
];
