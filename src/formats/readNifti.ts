import { makeImage, makeLabels, voxelCount } from "../volume/create.ts"
import type { ImageVolume, LabelVolume } from "../volume/volume.ts"
import { type ByteInput, type ByteSource, byteSource, remaining } from "./byteSource.ts"
import { gunzip } from "./gunzip.ts"
import { type Gunzip, GzipError, isGzip } from "./gzip.ts"
import { NiftiError } from "./niftiError.ts"
import { damaged, headerLength, type NiftiHeader, notNifti, parseHeader } from "./niftiHeader.ts"
import { type Encoding, imageSink, labelSink, type VoxelSink } from "./voxelSink.ts"

/** A NIfTI file, gzipped or not, whatever its name says. */
export interface NiftiFile {
  /** How error messages call it: usually its path. */
  readonly name: string
  readonly bytes: ByteInput
  /** The .img, where `bytes` is the .hdr of a pair. */
  readonly image?: ByteInput
  /** How many bytes there are where the voxels are. With it, a file shorter than its header says is refused at once. */
  readonly size?: number
}

export interface ReadNiftiOptions {
  /** Decompresses .gz. The default works everywhere; the one of `hepaflow/node` is several times faster. */
  readonly gunzip?: Gunzip
  /** Which volume of a series (a 4-D file) to read, from 0. By default a file with more than one is refused. */
  readonly volume?: number
  /** The most bytes that a header may claim. Default 2^32: 8,192 slices of 512 x 512 in int16. */
  readonly limit?: number
}

/** A volume with the note in the header of its file, where there is one. */
export type Noted<V> = V & { readonly description?: string }

/**
 * Reads the intensities of a NIfTI-1 or NIfTI-2 image: .nii, .nii.gz or a pair, either byte order, all integer and float
 * types, scaled by the header's slope and intercept, placed in RAS+ millimetres by its sform, qform or voxel sizes.
 *
 * Unscaled int16, int8 and uint8 stay exact integers (`Int16Array`, `Uint8Array`); everything else becomes float32. The
 * bytes stream into the array that is returned, so that nothing is in memory twice.
 *
 * Throws `NiftiError` if the file is no NIfTI, damaged, cut short, larger than `limit`, of a type without one real number
 * per voxel, or a series. Errors of reading the bytes themselves pass through.
 *
 * Source: https://nifti.nimh.nih.gov/nifti-1 and /nifti-2, and what nibabel does where these are silent.
 *
 * @example
 * ```ts
 * const ct = await readNifti({ name: "volume-0.nii.gz", bytes: createReadStream("volume-0.nii.gz") })
 * console.log(ct.shape, ct.spacing)
 * ```
 */
export const readNifti = async (file: NiftiFile, options?: ReadNiftiOptions): Promise<Noted<ImageVolume>> => {
  const { header, voxels } = await read(file, imageSink, options)
  return noted(makeImage(header.grid, voxels), header)
}

/**
 * Reads class labels, stored as any integer or float type.
 *
 * Throws `NiftiError` as `readNifti` does, and where a value is not an integer from 0 to 255.
 */
export const readNiftiLabels = async (file: NiftiFile, options?: ReadNiftiOptions): Promise<Noted<LabelVolume>> => {
  const { header, voxels } = await read(file, labelSink, options)
  return noted(makeLabels(header.grid, voxels), header)
}

const noted = <V extends object>(volume: V, { description }: NiftiHeader): Noted<V> =>
  description === "" ? volume : { ...volume, description }

/** What may follow the voxels: padding and the like. Beyond it a gzip stream is a bomb. */
const SLACK = 2 ** 20
const DEFAULT_LIMIT = 2 ** 32

const read = async <Voxels>(
  file: NiftiFile,
  sinkOf: (encoding: Encoding) => VoxelSink<Voxels>,
  { gunzip: decompress = gunzip, volume, limit = DEFAULT_LIMIT }: ReadNiftiOptions = {}
): Promise<{ readonly header: NiftiHeader; readonly voxels: Voxels }> => {
  const { name } = file
  const opened: Array<ByteSource> = []
  const open = async (bytes: ByteInput) => {
    const source = byteSource(bytes)
    opened.push(source)
    const start = await source.take(3)
    source.unread(start)
    if (!isGzip(start)) return { source, compressed: false }
    const inflated = byteSource(decompress(remaining(source)))
    opened.push(inflated)
    return { source: inflated, compressed: true }
  }
  try {
    const main = await open(file.bytes)
    const header = await readHeader(name, main.source)
    const input = header.paired ? imageOf(file) : file.bytes
    // Only the end of a gzip stream tells whether what came before is sound.
    if (header.paired && main.compressed) await drain(name, main.source, SLACK)
    const { source, compressed } = header.paired ? await open(input) : main
    const size = input instanceof Uint8Array ? input.length : file.size

    const count = voxelCount(header.grid)
    const bytes = count * header.datatype.bytes
    const end = header.offset + bytes * header.volumes
    checkSize(name, end, compressed ? (size ?? Infinity) * DEFLATE_RATIO : size, limit)

    const start = header.offset + bytes * chooseVolume(name, header.volumes, volume)
    const sink = sinkOf({ file: name, count, trusted: trust(size), ...header })
    await pour(name, source, start - (header.paired ? 0 : header.length), () => {})
    await pour(name, source, bytes, sink.write)
    if (compressed) await drain(name, source, end - start - bytes + SLACK)
    return { header, voxels: sink.finish() }
  } catch (cause) {
    throw cause instanceof GzipError ? damaged(name, cause.message, cause) : cause
  } finally {
    for (const source of opened.reverse()) await source.close()
  }
}

const readHeader = async (name: string, source: ByteSource): Promise<NiftiHeader> => {
  const start = await source.take(4)
  const length = headerLength(start)
  if (length === undefined) throw notNifti(name)
  source.unread(start)
  const bytes = await source.take(length)
  if (bytes.length < length) throw damaged(name, `its header ends after ${bytes.length} of ${length} bytes`)
  return parseHeader(name, bytes)
}

const imageOf = ({ name, image }: NiftiFile): ByteInput => {
  if (image !== undefined) return image
  throw new NiftiError({
    file: name,
    reason: "this is the header of a .hdr/.img pair, without the image",
    remedy: "give the bytes of the .img beside it as `image`"
  })
}

const chooseVolume = (file: string, volumes: number, chosen: number | undefined): number => {
  const volume = chosen ?? 0
  if (chosen === undefined ? volumes === 1 : Number.isInteger(volume) && volume >= 0 && volume < volumes) return volume
  throw new NiftiError({
    file,
    reason: chosen === undefined ? `it holds ${volumes} volumes` : `it has no volume ${chosen}, it holds ${volumes}`,
    remedy: `choose one: { volume: 0 } to { volume: ${volumes - 1} }`
  })
}

/** No DEFLATE stream expands more: 258 bytes from two bits. */
const DEFLATE_RATIO = 1032

const checkSize = (file: string, claimed: number, possible: number | undefined, limit: number): void => {
  if (possible !== undefined && claimed > possible) {
    throw damaged(file, `its header promises ${claimed} bytes, it holds at most ${possible}`)
  }
  if (claimed <= limit) return
  throw new NiftiError({
    file,
    reason: `its header promises ${claimed} bytes, the limit is ${limit}`,
    remedy: "if it is right, raise `limit`"
  })
}

/** How many bytes of voxels a header is believed to have before they come: what CTs of that file size need, or 64 MiB. */
const trust = (size = 0): number => Math.max(2 ** 26, 16 * size)

/** Takes `count` bytes from a source. */
const pour = async (file: string, source: ByteSource, count: number, use: (bytes: Uint8Array) => void) => {
  for (let left = count; left > 0; ) {
    const piece = await source.next()
    if (piece === undefined) throw damaged(file, `it ends ${left} bytes before its header says`)
    use(piece.subarray(0, left))
    if (piece.length > left) source.unread(piece.subarray(left))
    left -= piece.length
  }
}

const drain = async (file: string, source: ByteSource, most: number) => {
  let drained = 0
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
    drained += piece.length
    if (drained > most) throw damaged(file, "it goes on long after its voxels end")
  }
}
