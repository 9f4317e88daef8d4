const POLYNOMIAL = 0xedb88320
const SLICES = 8

/** TABLE[s * 256 + b]: the CRC of byte b followed by s zero bytes. */
const TABLE = /* @__PURE__ */ (() => {
  const table = new Uint32Array(SLICES * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    table[byte] = crc
  }
  for (let i = 256; i < table.length; i++) table[i] = (table[i - 256] >>> 8) ^ table[table[i - 256] & 255]
  return table
})()

/**
 * The CRC-32 of gzip and PNG, eight bytes a step; `before` carries on from the bytes that came first.
 *
 * Source: Kounavis and Berry, A systematic approach to building high performance software-based CRC generators (2005).
 */
export const crc32 = (bytes: Uint8Array, before = 0): number => {
  const t = TABLE
  const end = bytes.length - (bytes.length % SLICES)
  let crc = ~before
  let i = 0
  for (; i < end; i += SLICES) {
    const low = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24))
    crc =
      t[1792 + (low & 255)] ^
      t[1536 + ((low >>> 8) & 255)] ^
      t[1280 + ((low >>> 16) & 255)] ^
      t[1024 + (low >>> 24)] ^
      t[768 + bytes[i + 4]] ^
      t[512 + bytes[i + 5]] ^
      t[256 + bytes[i + 6]] ^
      t[bytes[i + 7]]
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]) & 255]
  return ~crc >>> 0
}
