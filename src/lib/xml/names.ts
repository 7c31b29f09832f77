// Which characters a name is made of (XML 1.0, 2.3, productions [4] and [4a]), as one table over UTF-16 units.
// The colon is not in it: names with namespaces (Namespaces, 4) take it as a separator, so the reader looks for it itself.

type Ranges = readonly (readonly [first: number, last: number])[];

/** NameStartChar without the colon. */
const STARTS: Ranges = [
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
  // U+10000 to U+EFFFF: exactly these are their first halves. Text with half a pair never gets here.
  [0xd800, 0xdb7f],
];

/** What NameChar has beyond those. */
const MORE: Ranges = [
  [0x2d, 0x2e],
  [0x30, 0x39],
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
  // Second halves: any first half before them was a name character already.
  [0xdc00, 0xdfff],
];

const START = 2;
const INSIDE = 1;

const KINDS = new Uint8Array(0x10000);
for (const [first, last] of STARTS) KINDS.fill(START | INSIDE, first, last + 1);
for (const [first, last] of MORE) KINDS.fill(INSIDE, first, last + 1);

/** Whether a name may begin with this unit. */
export function startsName(unit: number): boolean {
  return ((KINDS[unit] as number) & START) !== 0;
}

/** Whether this unit may stand further on in a name. */
export function continuesName(unit: number): boolean {
  return KINDS[unit] !== 0;
}
