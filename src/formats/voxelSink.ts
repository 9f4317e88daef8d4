import type { ImageVolume } from "../volume/volume.ts"
import { HOST_IS_LITTLE_ENDIAN, reverseBytes } from "./byteOrder.ts"
import type { Datatype } from "./niftiDatatype.ts"
import { NiftiError } from "./niftiError.ts"

/** Where the bytes of voxels go as they arrive, in pieces of any length. */
export interface VoxelSink<Voxels> {
  readonly write: (bytes: Uint8Array) => void
  /** The voxels, once the last byte has been written. */
  readonly finish: () => Voxels
}

/** How voxels are stored, and how many of them. */
export interface Encoding {
  readonly file: string
  readonly datatype: Datatype
  readonly littleEndian: boolean
  readonly slope: number
  readonly intercept: number
  readonly count: number
  /** How many bytes to make room for before any voxel has been seen; beyond that room grows as they arrive. */
  readonly trusted: number
}

type Growable = Uint8Array | Int16Array | Float32Array

type Make<Voxels> = (count: number) => Voxels

/**
 * Collects the values of an image: slope * stored + intercept. Where there is no scaling, uint8 stays `Uint8Array` and
 * int8 and int16 become `Int16Array`; everything else is rounded to `Float32Array`.
 */
export const imageSink = (encoding: Encoding): VoxelSink<ImageVolume["voxels"]> => {
  const { name } = encoding.datatype
  if (!isScaled(encoding)) {
    if (name === "uint8") return copying(encoding, (count) => new Uint8Array(count))
    if (name === "int16") return copying(encoding, (count) => new Int16Array(count))
    if (name === "float32") return copying(encoding, (count) => new Float32Array(count))
    if (name === "int8") return converting(encoding, (count) => new Int16Array(count), scale)
  }
  return converting(encoding, (count) => new Float32Array(count), scale)
}

/** Collects class labels. Throws `NiftiError` at the first value that is not an integer from 0 to 255. */
export const labelSink = (encoding: Encoding): VoxelSink<Uint8Array> => {
  const make = (count: number) => new Uint8Array(count)
  return encoding.datatype.name === "uint8" && !isScaled(encoding)
    ? copying(encoding, make)
    : converting(encoding, make, classify)
}

const isScaled = ({ slope, intercept }: Encoding) => slope !== 1 || intercept !== 0

/** For files that hold voxels as memory does: their bytes go straight to where they stay. */
const copying = <Voxels extends Growable>(encoding: Encoding, make: Make<Voxels>): VoxelSink<Voxels> => {
  const { bytes: size } = encoding.datatype
  const room = growing(encoding, make)
  let filled = 0
  const write = (bytes: Uint8Array) => {
    const voxels = room(Math.ceil((filled + bytes.length) / size))
    new Uint8Array(voxels.buffer).set(bytes, filled)
    filled += bytes.length
  }
  const finish = () => {
    const voxels = room(0)
    if (encoding.littleEndian !== HOST_IS_LITTLE_ENDIAN) reverseBytes(new Uint8Array(voxels.buffer), size)
    return voxels
  }
  return { write, finish }
}

type Convert<Voxels> = (encoding: Encoding, stored: ArrayLike<number>, count: number, out: Voxels, at: number) => void

/** Bytes that are converted at once, aligned for every type. */
const BLOCK = 65536

/** For the others: block by block through a small buffer, so that the stored form is never in memory as a whole. */
const converting = <Voxels extends Growable>(
  encoding: Encoding,
  make: Make<Voxels>,
  convert: Convert<Voxels>
): VoxelSink<Voxels> => {
  const { datatype, littleEndian } = encoding
  const room = growing(encoding, make)
  const block = new Uint8Array(BLOCK)
  const stored = datatype.view(block.buffer)
  let held = 0
  let done = 0
  const flush = () => {
    const count = held / datatype.bytes
    if (littleEndian !== HOST_IS_LITTLE_ENDIAN) reverseBytes(block, datatype.bytes)
    const numbers =
      stored instanceof BigInt64Array || stored instanceof BigUint64Array ? Float64Array.from(stored, Number) : stored
    convert(encoding, numbers, count, room(done + count), done)
    done += count
    held = 0
  }
  const write = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + BLOCK - held)
      block.set(part, held)
      held += part.length
      at += part.length
      if (held === BLOCK) flush()
    }
  }
  const finish = () => {
    flush()
    return room(0)
  }
  return { write, finish }
}

const scale: Convert<Int16Array | Float32Array> = ({ slope, intercept }, stored, count, out, at) => {
  for (let i = 0; i < count; i++) out[at + i] = stored[i] * slope + intercept
}

const classify: Convert<Uint8Array> = ({ file, slope, intercept }, stored, count, out, at) => {
  for (let i = 0; i < count; i++) {
    const value = stored[i] * slope + intercept
    if (value !== (value & 255)) {
      throw new NiftiError({
        file,
        reason: `voxel ${at + i} is ${value}, a label is an integer from 0 to 255`,
        remedy: "is this an image or a probability map? Read it with readNifti, or threshold it first"
      })
    }
    out[at + i] = value
  }
}

/** Gives room for at least so many voxels, twice as many each time that there are too few. */
const growing = <Voxels extends Growable>(
  { file, count, trusted }: Encoding,
  make: Make<Voxels>
): ((needed: number) => Voxels) => {
  const allocate = (length: number): Voxels => {
    try {
      return make(length)
    } catch (cause) {
      const reason = `there is no memory for ${length} of its voxels`
      throw new NiftiError({ file, reason, remedy: "close other programs or use a machine with more memory", cause })
    }
  }
  let voxels = allocate(Math.min(count, Math.floor(trusted / make(0).BYTES_PER_ELEMENT)))
  return (needed) => {
    if (needed > voxels.length) {
      const larger = allocate(Math.min(count, Math.max(needed, 2 * voxels.length)))
      larger.set(voxels)
      voxels = larger
    }
    return voxels
  }
}
