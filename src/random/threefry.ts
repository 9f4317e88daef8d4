const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24]
const PARITY = 0x1bd11bda

/**
 * Threefry-2x32 with 20 rounds: a block cipher used as a counter-based random number generator. The same key and counter
 * give the same 64 bits whenever and wherever they are asked for.
 *
 * Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
 *
 * @param out receives the two 32-bit words at `offset`
 */
export const threefry2x32 = (
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
  offset = 0
): void => {
  const keys = [key0, key1, PARITY ^ key0 ^ key1]
  let x0 = (counter0 + key0) | 0
  let x1 = (counter1 + key1) | 0
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4
    for (let round = first; round < first + 4; round++) {
      const rotation = ROTATIONS[round]
      x0 = (x0 + x1) | 0
      x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0
    }
    x0 = (x0 + keys[(group + 1) % 3]) | 0
    x1 = (x1 + keys[(group + 2) % 3] + group + 1) | 0
  }
  out[offset] = x0
  out[offset + 1] = x1
}
