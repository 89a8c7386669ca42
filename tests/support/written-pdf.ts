import { deflateSync } from "node:zlib";

export interface WrittenPdf {
  /** The drawing instructions of each page. */
  pages: readonly (string | Buffer)[];
  title?: string;
}

/** Instructions that draw the words, a line each. */
export const drawn = (...lines: string[]): string =>
  `BT /F1 12 Tf 14 TL 20 700 Td ${lines.map((line) => `(${line}) Tj T*`).join(" ")} ET`;

/** A small PDF, packed as they usually are. */
export function writtenPdf({ pages, title }: WrittenPdf): Buffer {
  const objects: Buffer[] = [];
  const add = (...pieces: (string | Buffer)[]): number =>
    objects.push(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
  add("<< /Type /Catalog /Pages 2 0 R >>");
  const kids = pages.map((_, at) => `${4 + at * 2} 0 R`).join(" ");
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (const page of pages) {
    const content = deflateSync(page);
    const at = objects.length + 2;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${at} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    add(`<< /Length ${content.length} /Filter /FlateDecode >>\nstream\n`, content, "\nendstream");
  }
  const about = title === undefined ? undefined : add(`<< /Title (${title}) >>`);
  return assembled(objects, about);
}

function assembled(objects: readonly Buffer[], about: number | undefined): Buffer {
  const pieces: Buffer[] = [Buffer.from("%PDF-1.7\n")];
  const offsets: number[] = [];
  let length = pieces[0]?.length ?? 0;
  const push = (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
  };
  for (const [at, object] of objects.entries()) {
    offsets.push(length);
    push(Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), object, Buffer.from("\nendobj\n")]));
  }
  const start = length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const info = about === undefined ? "" : ` /Info ${about} 0 R`;
  push(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`));
  push(
    Buffer.from(
      `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R${info} >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(pieces);
}
