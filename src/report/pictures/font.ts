/** Rows and columns of a glyph, of which a text takes one column more for the gap. */
export const GLYPH_HEIGHT = 7
export const GLYPH_WIDTH = 5

/**
 * Letters of printable ASCII, from the space to the tilde: seven rows of five pixels each, a row a digit in base 32 whose highest
 * bit is the leftmost pixel.
 */
const GLYPHS = `
0000000 4444404 aaa0000 0avava0 4fke5u4 op248j3 cik8lid 4400000 2488842 8422248 04lel40 044v440 0000c48 000e000 00000cc 01248g0
ehjlphe 4c4444e eh1248v v2421he 26aiv22 vgu11he 68guhhe v124888 ehhehhe ehhf12c 0cc0cc0 0cc0c48 248g842 00v0v00 8421248 eh12404
eh1dlle ehhvhhh uhhuhhu ehggghe sihhhis vgguggv vgguggg ehgnhhf hhhvhhh e44444e 72222ic hikokih ggggggv hrllhhh hhpljhh ehhhhhe
uhhuggg ehhhlid uhhukih fgge11u v444444 hhhhhhe hhhhha4 hhhllla hha4ahh hhha444 v1248gv e88888e 0g84210 e22222e 4ah0000 000000v
8420000 00e1fhf ggmphhu 00egghe 11djhhf 00ehvge 698s888 0fhhf1e ggmphhh 40c444e 20622ic ggikoki c44444e 00qllhh 00mphhh 00ehhhe
00uhugg 00djf11 00mpggg 00fge1u 88s8896 00hhhjd 00hhha4 00hhlla 00ha4ah 00hhf1e 00v248v 2448442 4444444 8442448 008l200`
  .trim()
  .split(/\s+/)
  .map((glyph) => Uint8Array.from(glyph, (row) => Number.parseInt(row, 32)))

/** What stands for a character that the font lacks. */
const UNKNOWN = Uint8Array.of(31, 17, 17, 17, 17, 17, 31)

/**
 * The glyphs of a text, a number of five bits for each of seven rows. Accents are left off; what has no glyph then is a box.
 */
export const glyphsOf = (text: string): ReadonlyArray<Uint8Array> =>
  [...plain(text)].map((character) => GLYPHS[(character.codePointAt(0) ?? 0) - 32] ?? UNKNOWN)

/** How many pixels a text is wide. */
export const pixelWidth = (text: string, scale = 1): number =>
  Math.max(0, scale * ([...plain(text)].length * (GLYPH_WIDTH + 1) - 1))

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[‐-―−]/g, "-")
    .replace(/\s/g, " ")
