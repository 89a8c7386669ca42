// The names of HTML 4 and the ASCII marks of HTML 5 (https://html.spec.whatwg.org/entities.json), each with
// how far its code point is from that of the one before, in base 36; absent: it is the next one.
const NAMES =
  "Tab:9 NewLine excl:n quot num dollar percnt amp apos lpar rpar ast plus comma period:2 sol colon:b semi lt equals gt quest commat lbrack:r bsol " +
  "rbrack lowbar:2 grave lbrace:r verbar vert:0 rbrace nbsp:z iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn " +
  "sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute " +
  "Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave " +
  "aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide " +
  "oslash ugrave uacute ucirc uuml yacute thorn yuml OElig:2b oelig Scaron:d scaron Yuml:n fnof:q circ:8k tilde:m Alpha:51 Beta Gamma Delta Epsilon " +
  "Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma:2 Tau Upsilon Phi Chi Psi Omega alpha:8 beta gamma delta epsilon zeta eta theta iota " +
  "kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega thetasym:8 upsih piv:4 ensp:5kc emsp thinsp:6 zwnj:3 zwj lrm rlm " +
  "dash hyphen:0 ndash:3 mdash lsquo:4 rsquo sbquo ldquo:2 rdquo bdquo dagger:2 Dagger bull hellip:4 permil:a prime:2 Prime lsaquo:6 rsaquo oline:4 " +
  "frasl:6 euro:2w image:2t weierp:7 real:4 trade:6 alefsym:j larr:2j uarr rarr darr harr crarr:x lArr:r uArr rArr dArr hArr forall:18 part:2 exist " +
  "empty:2 nabla:2 isin notin ni:2 prod:4 sum:2 minus lowast:5 radic:3 prop:3 infin ang:2 and:7 or cap cup int there4:9 sim:8 cong:9 asymp:3 ne:o equiv " +
  "le:3 ge sub:t sup nsub sube:2 supe oplus:e otimes:2 perp:e sdot:w lceil:1v rceil lfloor rfloor loz:jj star:1o spades:2i clubs:3 hearts:2 " +
  "diams check:4t cross:4";

const CHARACTERS: ReadonlyMap<string, string> = readNames();

function readNames(): Map<string, string> {
  let code = 0;
  return new Map(
    NAMES.split(" ").map((pair) => {
      const [name = "", given = "1"] = pair.split(":");
      code += Number.parseInt(given, 36);
      return [name, String.fromCodePoint(code)];
    }),
  );
}

let more: ReadonlyMap<string, string> | undefined;
let isMoreWanted = false;

/**
 * The character of a name, or false for one that is not known; most of the 2,125 are only known once
 * `learnNames` has been called.
 */
export function decodeNamedCharacterReference(name: string): string | false {
  const found = CHARACTERS.get(name) ?? more?.get(name);
  if (found === undefined && !more) isMoreWanted = true;
  return found ?? false;
}

/** Whether a name was asked for that is not known yet. */
export const wantsNames = (): boolean => isMoreWanted && !more;

export function learnNames(names: Readonly<Record<string, string>>): void {
  more = new Map(Object.entries(names));
}
