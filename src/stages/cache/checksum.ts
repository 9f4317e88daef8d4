const P1 = 0x9e3779b1
const P2 = 0x85ebca77
const P3 = 0xc2b2ae3d
const P4 = 0x27d4eb2f
const P5 = 0x165667b1

/**
 * xxHash32 of bytes: fast enough to check every record on its way from disk, and sure to notice a flipped bit.
 *
 * Source: the xxHash specification, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export const checksum = (bytes: Uint8Array): number => {
  const { length } = bytes
  const count = length >>> 2
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, count)
  let i = 0
  let hash: number = P5
  if (length >= 16) {
    let a = (P1 + P2) | 0
    let b = P2 | 0
    let c = 0
    let d = -P1 | 0
    for (; i + 4 <= count; i += 4) {
      a = Math.imul(rotate(a + Math.imul(words[i], P2), 13), P1)
      b = Math.imul(rotate(b + Math.imul(words[i + 1], P2), 13), P1)
      c = Math.imul(rotate(c + Math.imul(words[i + 2], P2), 13), P1)
      d = Math.imul(rotate(d + Math.imul(words[i + 3], P2), 13), P1)
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
  }
  hash = (hash + length) | 0
  for (; i < count; i++) hash = Math.imul(rotate(hash + Math.imul(words[i], P3), 17), P4)
  for (let at = count * 4; at < length; at++) hash = Math.imul(rotate(hash + Math.imul(bytes[at], P5), 11), P1)
  hash = Math.imul(hash ^ (hash >>> 15), P2)
  hash = Math.imul(hash ^ (hash >>> 13), P3)
  return (hash ^ (hash >>> 16)) >>> 0
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
