import { carriesText } from "./carried-text.ts";

export type LinkTarget = { readonly href: string; readonly host: string; readonly suspicious: boolean };

// C0, C1, spaces, backslash, soft hyphen, zero-width, bidi and tag characters: browsers drop or rewrite them,
// readers never see them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here.
const DECEPTIVE = /[\0- \x7F-\xA0\u2028\u2029\\\p{Cf}\u{E0000}-\u{E0FFF}]/u;

/**
 * Where a link really goes, or null when it must stay inert text (S31): only absolute http, https and mailto
 * pass.
 */
export function linkTarget(text: string): LinkTarget | null {
  const address = /^www\./i.test(text) ? `https://${text}` : text;
  if (DECEPTIVE.test(address)) return null;
  if (/^mailto:[^/]/i.test(address)) return mailTarget(address);
  if (!/^https?:\/\/[^/]/i.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  const { href, host, username, password } = url;
  // `new URL` forgets an empty userinfo (`https://@evil`), the raw text does not.
  const authority = address.slice(address.indexOf("//") + 2).split(/[/?#]/, 1)[0] ?? "";
  if (host === "" || username + password !== "" || authority.includes("@")) return null;
  return { href, host, suspicious: /(?:^|\.)xn--/.test(host) || carriesText(url) };
}

function mailTarget(address: string): LinkTarget | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const { href, pathname } = url;
  return { href, host: pathname.slice(pathname.lastIndexOf("@") + 1), suspicious: carriesText(url) };
}

// A name with dots, or with a port, or this machine's; an address in numbers of any base, short or long, as
// browsers take it.
const HOST_IN_TEXT =
  /(?:[\p{L}\p{N}_-]{1,63}\.)+\p{L}[\p{L}\p{N}-]{1,62}(?::\d{1,5})?|[a-z\d-]*[a-z][a-z\d-]*:\d{2,5}(?![\p{L}\d])|\blocalhost\b|(?<![\w.])(?=127|192\.168|0x|0\d{3}|[\d.]+:\d{3}|(?:\w+\.){3})(?:(?:0x[\da-f]+|\d+)\.){1,3}(?:0x[\da-f]+|\d+)(?::\d+)?(?!\.?\w)|(?<![\w.:])0:\d{4,5}(?![\w:])|\[[\da-f:.]+\](?::\d+)?|(?<![\w:])(?:[\da-f]{0,4}:){2,7}[\da-f]{1,4}(?![\w:])|(?<=:\/\/|^\/\/)[^\s/?#]+|(?<![\w.,#+-])(?:0x0*[\da-f]{7,8}|0*\d{8,12})(?![\w-]|[.,]\d)|(?<![\p{L}\p{N}.,#+$€£¥-])(?=10\.|169\.254|172\.(?:1[6-9]|2\d|3[01])\.|0\d\d)(?:\d+\.){1,2}\d+(?=\/\p{L})/giu;
/** Numbers alone, as browsers take them for an address. */
const NUMBERS = /^((?:0x[\da-f]*|\d+)(?:\.(?:0x[\da-f]*|\d+)){1,2})\.?(?::\d+)?$/i;
// Of networks of one's own: nobody asks there for a section, and seldom for a version.
const OWN_NETWORK =
  /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
// What is seen as a dot, or read as one, before what may end a host's name.
const DOT =
  /(?<=[a-z\d])%2e(?=[a-z\d])|(?<=\d)[\u3002\u00B7\u2022\u30FB](?=\d)|(?<=\p{L})[\s-]?(?:punkt|punto|ponto|point|nokta|точка|ドット|닷)[\s-]?(?=(?:com|net|org)(?![a-z]))|(?:[\u3002\u2027\u00B7\u2219\u22C5\u30FB\u2022]|\s\.\s?)(?=[a-z\d-]*[a-z]|(?:中[国國]|公[司益]|网[络址站店]|網[絡址站店]|在线|商[城店]|集团|香港|台[湾灣]|한국|닷[컴넷]|コム|рф)(?!\p{L}))|\s?([\p{Pd}_*~|/"']?)[\s([{<]{0,3}(?:(?<![a-z])dot(?![a-z])|(?<=[a-z]{2})dot(?=(?:com|net|org)(?![a-z]))|[点點]|(?![\0-~])[\p{Po}\p{S}])[\s)\]}>]{0,3}\1\s?(?=(?:com|net|org|info|biz|io|ai|app|dev|edu|gov|co|cn|uk|de|fr|jp|ru|eu|xyz|me|bank|shop|site|online)(?![a-z]))|\s?[([{<]\s?\.\s?[)\]}>]\s?|(?<=[\p{L}\d])\.\s{1,3}(?=(?:com|net|org|cn|io|edu|gov)(?![\p{L}\d]))/giu;
/** What stands before the host of a mail address. */
const MAILBOX = /(?<![\w.+/-])[\w.+-]+@(?=[\p{L}\d-]+\.)/gu;
/** What names of hosts end with, of more than two letters, apart from rare ones. */
const ENDINGS = new Set(
  "com net org edu gov mil int info biz name pro app dev page site online shop store tech blog cloud bank xyz club live news world top icu vip wiki life email link click space website agency digital finance money pay support help center today group company global network systems software host services solutions work works zone art ltd inc llc asia africa eus cat tel jobs mobi travel museum aero coop post arpa onion local".split(
    " ",
  ),
);
/** The countries that have one, by their first letter: no host ends with another two. */
const COUNTRIES = new Set(
  "acdefgilmoqrstuwxz babdefghijmnorstvwyz cacdfghiklmnoruvwxyz dejkmoz ecegrstu fijkmor gabdefghilmnpqrstuwy hkmnrtu idelmnoqrst jemop keghimnprwyz labcikrstuvy macdeghklmnopqrstuvwxyz nacefgilopruz om paefghklmnrstwy qa reosuw sabcdeghiklmnorstuvxyz tcdfghjklmnortvwz uagksyz vaceginu wfs yet zamw"
    .split(" ")
    .flatMap(([first = "", ...rest]) => rest.map((second) => first + second)),
);
/** Two letters that names of files and of things in programs end with, more often than those of hosts. */
const OF_FILES = new Set("md py rs sh pl ps so cc vb js ts go rb cs kt db hs ml tf vi".split(" "));
/** What is called so is no host, while BANK.NET is one. */
const OF_MICROSOFT =
  /^(?:(?:ASP|ADO|ML|VB|Json|Paint|Lucene|Quartz)\.NET|(?:System|Microsoft)(?:\.[A-Z]\w+)*\.Net)$/;
/** Quotes, brackets and marks around words. */
const AROUND = /^[\s\p{Ps}\p{Pi}"'`*_<→]+|[\s\p{Pe}\p{Pf}"'`*_>.,;:!?]+$/gu;
// Marks of what is hidden (show-hidden.ts), and what is hidden and has no mark.
const UNSEEN = /\u27E6U\+[\dA-F]+(?: \u00D7\d+)?\u27E7|[\p{Cf}\p{Mn}\p{DI}]/gu;

/**
 * The host to print after the link: when its words name another host or port, in whatever spelling, hide an
 * IDN, or the address may carry a secret.
 */
export function shownHost(target: LinkTarget, words: string): string | null {
  if (target.suspicious) return target.host;
  const real = bare(target.host);
  const address = linkTarget(words.trim());
  const path = target.href.slice(target.href.indexOf(target.host) + target.host.length).toLowerCase();
  // A file by its name, which stands in the address too.
  const isFile = (host: string) => path.split(/[/?#]/).includes(host.toLowerCase());
  const named =
    address === null ? hostsIn(words.slice(0, 2048)).filter((host) => !isFile(host)) : [address.host];
  return named.some((host) => bare(host) !== real) ? target.host : null;
}

/** The hosts that a reader sees in the words. */
function hostsIn(words: string): string[] {
  const text = spelled(spelled(words).normalize("NFKC")).replace(MAILBOX, "");
  const alone = addressAlone(text.replace(AROUND, ""));
  if (alone !== null) return [alone];
  return (text.match(HOST_IN_TEXT) ?? []).filter(mayBeHost).flatMap((found) => {
    const host = found.replace(/^\[?([\da-f]*:[\da-f:.]*:[\da-f.]*)\]?/i, "[$1]");
    // Hours, minutes and seconds are no address.
    return linkTarget(`https://${host}`)?.host ?? (host.startsWith("[") ? [] : host);
  });
}

/** Node.js, fs.readFile and README.md are dotted words, too, and none of a host. */
function mayBeHost(found: string): boolean {
  const ending = /^[a-z\d-]+(?:\.[a-z\d-]+)*\.([a-z][a-z\d-]+)$/i.exec(found)?.[1]?.toLowerCase();
  if (ending === undefined || /^www\./i.test(found)) return true;
  if (ending.length === 2) return COUNTRIES.has(ending) && !OF_FILES.has(ending);
  return (ENDINGS.has(ending) || ending.startsWith("xn--")) && !OF_MICROSOFT.test(found);
}

/**
 * The address that words of two or three numbers are, where they are hardly read as anything else: 10.1,
 * 012.1 and 0xa.1 are 10.0.0.1; 3.14, 1.2.3 and 01.02.2024 are what they seem.
 */
function addressAlone(words: string): string | null {
  const parts = NUMBERS.exec(words)?.[1]?.split(".");
  const host = parts && linkTarget(`https://${words}`)?.host;
  if (!parts || !host) return null;
  const last = Number(parts.at(-1));
  const isDate = parts.length === 3 && last >= 1900 && last < 2100;
  const isAddress =
    OWN_NETWORK.test(host) ||
    parts.some((part) => /^0(?:x|\d\d)/i.test(part)) ||
    last > (parts.length === 3 ? 255 : 999_999);
  return isAddress && !isDate ? host : null;
}

const spelled = (words: string): string => words.replace(UNSEEN, "").replace(DOT, ".");

const bare = (host: string): string => host.toLowerCase().replace(/^www\.|\.?(?::(?:443|80))?$/g, "");
