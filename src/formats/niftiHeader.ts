import { isNIFTI1, isNIFTI2, NIFTI1, NIFTI2 } from "nifti-reader-js"
import { makeGrid } from "../volume/create.ts"
import type { Grid, Vec3 } from "../volume/volume.ts"
import { DATATYPES, type Datatype, UNSUPPORTED } from "./niftiDatatype.ts"
import { NiftiError } from "./niftiError.ts"
import { affineOf } from "./niftiGeometry.ts"

/** What a header says about the voxels, checked: everything here is fit to be acted on. */
export interface NiftiHeader {
  /** Bytes of the header itself: 348 in NIfTI-1, 540 in NIfTI-2. */
  readonly length: number
  readonly grid: Grid
  /** How many volumes follow each other in the file: the product of dimensions 4 to 7. */
  readonly volumes: number
  readonly datatype: Datatype
  readonly littleEndian: boolean
  /** A voxel's value is slope * stored + intercept. */
  readonly slope: number
  readonly intercept: number
  /** Where the voxels begin, in the file that holds them. */
  readonly offset: number
  /** Whether they are in a file of their own, the .img of a pair. */
  readonly paired: boolean
  /** The note in the header, empty where there is none. */
  readonly description: string
}

/** Bytes of a NIfTI-1 and of a NIfTI-2 header; each begins with its own length. */
const HEADER_BYTES = [348, 540] as const

/** How long the header is that begins with these bytes, or undefined if no NIfTI begins so. */
export const headerLength = (start: Uint8Array): 348 | 540 | undefined => {
  if (start.length < 4) return undefined
  const view = new DataView(start.buffer, start.byteOffset)
  return HEADER_BYTES.find((length) => view.getInt32(0, true) === length || view.getInt32(0, false) === length)
}

/** Reads a header, all of its bytes and no more. Throws `NiftiError` if it isn't that of an image that can be read. */
export const parseHeader = (file: string, bytes: Uint8Array): NiftiHeader => {
  const buffer = bytes.slice().buffer
  const raw = bytes.length === 348 ? new NIFTI1() : new NIFTI2()
  if (!(bytes.length === 348 ? isNIFTI1(buffer, true) : isNIFTI2(buffer, true))) throw notNifti(file)
  raw.readHeader(buffer)
  const paired = raw.magic.startsWith("ni")
  const [rank, ...dimensions] = raw.dims
  if (rank < 1 || rank > 7) throw damaged(file, `its header claims ${rank} dimensions, NIfTI has 1 to 7`)
  const sizes = dimensions.slice(0, rank)
  if (sizes.some((n) => !(n >= 1))) throw damaged(file, `its header claims a size of ${sizes.join(" x ")}`)
  const [nx, ny = 1, nz = 1, ...rest] = sizes
  const shape: Vec3 = [nx, ny, nz]
  return {
    length: bytes.length,
    grid: makeGrid(shape, affineOf(file, raw, buffer)),
    volumes: rest.reduce((product, n) => product * n, 1),
    datatype: datatypeOf(file, raw.datatypeCode),
    littleEndian: raw.littleEndian,
    ...scalingOf(file, raw.scl_slope, raw.scl_inter),
    offset: offsetOf(file, raw.vox_offset, paired ? 0 : bytes.length + 4),
    paired,
    description: raw.description.trim()
  }
}

export const notNifti = (file: string) =>
  new NiftiError({
    file,
    reason: "this is not a NIfTI file",
    remedy: "give it the path of a .nii, .nii.gz or .hdr file (ANALYZE and DICOM must be converted first)"
  })

export const damaged = (file: string, reason: string, cause?: unknown) =>
  new NiftiError({ file, reason, remedy: "the file is damaged or incomplete: fetch or convert it again", cause })

const datatypeOf = (file: string, code: number): Datatype => {
  const datatype = DATATYPES.get(code)
  if (datatype !== undefined) return datatype
  throw new NiftiError({
    file,
    reason: `its voxels are of type ${UNSUPPORTED.get(code) ?? "unknown"} (code ${code})`,
    remedy: "a CT has one real number per voxel: convert it to an integer or float type"
  })
}

/** A slope of 0 or NaN means that there is no scaling, whatever the intercept says. */
const scalingOf = (file: string, slope: number, intercept: number) => {
  if (slope === 0 || !Number.isFinite(slope)) return { slope: 1, intercept: 0 }
  if (!Number.isFinite(intercept)) throw damaged(file, `its header gives the intercept ${intercept}`)
  return { slope, intercept }
}

const offsetOf = (file: string, offset: number, least: number): number => {
  if (Number.isSafeInteger(offset) && offset >= least) return offset
  throw damaged(file, `its header says that voxels begin at byte ${offset}, they cannot before ${least}`)
}
