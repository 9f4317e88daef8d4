import { TaggedError } from "../errors.ts"
import { type HeaderEntry, parseHeader, type Refuse } from "./safetensorsHeader.ts"

/** A file is not safetensors, or tensors cannot be written as such. */
export class SafetensorsError extends TaggedError("SafetensorsError")<{
  /** Name of the file, as the caller gave it. */
  readonly file?: string | undefined
  readonly tensor?: string | undefined
  readonly reason: string
}> {
  override get message() {
    const where = this.tensor === undefined ? "" : `tensor ${JSON.stringify(this.tensor)}: `
    return `${this.file ?? "safetensors"}: ${where}${this.reason}`
  }
}

/**
 * What each dtype is read into. Formats that JavaScript has no array for come as their raw bits: F16 and BF16 as 16-bit
 * words, the 8-bit floats as bytes, F4 and F6 as packed bytes. C64 alternates real and imaginary parts. BOOL is one byte.
 */
export interface DtypeArrays {
  readonly BOOL: Uint8Array
  readonly F4: Uint8Array
  readonly F6_E2M3: Uint8Array
  readonly F6_E3M2: Uint8Array
  readonly U8: Uint8Array
  readonly I8: Int8Array
  readonly F8_E5M2: Uint8Array
  readonly F8_E4M3: Uint8Array
  readonly F8_E8M0: Uint8Array
  readonly F8_E4M3FNUZ: Uint8Array
  readonly F8_E5M2FNUZ: Uint8Array
  readonly I16: Int16Array
  readonly U16: Uint16Array
  readonly F16: Uint16Array
  readonly BF16: Uint16Array
  readonly I32: Int32Array
  readonly U32: Uint32Array
  readonly F32: Float32Array
  readonly C64: Float32Array
  readonly F64: Float64Array
  readonly I64: BigInt64Array
  readonly U64: BigUint64Array
}

export type Dtype = keyof DtypeArrays

/** A tensor in row-major order. */
export type SafeTensor = {
  readonly [D in Dtype]: { readonly dtype: D; readonly shape: ReadonlyArray<number>; readonly data: DtypeArrays[D] }
}[Dtype]

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, SafeTensor>
  readonly metadata: ReadonlyMap<string, string>
}

interface ArrayConstructor {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): SafeTensor["data"]
}

/** Bits of one number and its array, in the reference implementation's order of dtypes, which is the order of writing reversed. */
const DTYPES: { readonly [D in Dtype]: readonly [bits: number, array: ArrayConstructor] } = {
  BOOL: [8, Uint8Array],
  F4: [4, Uint8Array],
  F6_E2M3: [6, Uint8Array],
  F6_E3M2: [6, Uint8Array],
  U8: [8, Uint8Array],
  I8: [8, Int8Array],
  F8_E5M2: [8, Uint8Array],
  F8_E4M3: [8, Uint8Array],
  F8_E8M0: [8, Uint8Array],
  F8_E4M3FNUZ: [8, Uint8Array],
  F8_E5M2FNUZ: [8, Uint8Array],
  I16: [16, Int16Array],
  U16: [16, Uint16Array],
  F16: [16, Uint16Array],
  BF16: [16, Uint16Array],
  I32: [32, Int32Array],
  U32: [32, Uint32Array],
  F32: [32, Float32Array],
  C64: [64, Float32Array],
  F64: [64, Float64Array],
  I64: [64, BigInt64Array],
  U64: [64, BigUint64Array]
}

const DTYPE_ORDER = Object.keys(DTYPES) as ReadonlyArray<Dtype>

const isDtype = (name: string): name is Dtype => Object.hasOwn(DTYPES, name)

/** The reference implementation's limit, in bytes. */
const MAX_HEADER = 100_000_000

/**
 * Reads a safetensors file: eight bytes of header length (little-endian), a JSON header, and the bytes of all tensors.
 *
 * As strict as the reference implementation, and stricter where that lets a doubt pass: the header is at most 100 MB and
 * within the file, begins with `{`, holds no key twice and no unknown field; the tensors cover the rest of the file
 * without hole, overlap or remainder; sizes are products that do not overflow. Nothing larger than the file is allocated:
 * tensors are views of `file` where their alignment allows, else copies.
 *
 * @param name the file's name, for errors
 * @throws SafetensorsError for anything else than a valid file
 * @see https://github.com/huggingface/safetensors#format
 * @example
 * ```ts
 * const file = writeSafetensors(new Map([["bias", { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) }]]))
 * readSafetensors(file).tensors.get("bias")?.shape // => [2]
 * ```
 */
export const readSafetensors = (file: Uint8Array, name?: string): Safetensors => {
  // Node's Buffer is a Uint8Array whose `slice` does not copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length)
  const refuse: Refuse = (reason, tensor) => {
    throw new SafetensorsError({ file: name, tensor, reason })
  }
  if (bytes.length < 8) return refuse(`a file of ${bytes.length} bytes has no header: is it complete?`)
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (headerLength > MAX_HEADER) {
    return refuse(`a header of ${headerLength} bytes exceeds the limit of 100 MB: is it a safetensors file?`)
  }
  const dataStart = 8 + headerLength
  if (dataStart > bytes.length) {
    return refuse(`a header of ${headerLength} bytes does not fit in a file of ${bytes.length}: is it complete?`)
  }
  const { entries, metadata } = parseHeader(headerText(bytes.subarray(8, dataStart), refuse), refuse)
  const data = bytes.subarray(dataStart)
  checkCoverage(entries, data.length, refuse)
  const tensors = new Map(entries.map((entry) => [entry.name, view(entry, data, refuse)]))
  return { tensors, metadata }
}

const headerText = (bytes: Uint8Array, refuse: Refuse): string => {
  if (bytes[0] !== 0x7b) return refuse('the header does not begin with "{": is it a safetensors file?')
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse("the header is not UTF-8")
  }
}

/** Every byte belongs to exactly one tensor. */
const checkCoverage = (entries: ReadonlyArray<HeaderEntry>, length: number, refuse: Refuse) => {
  const inOrder = [...entries].sort((a, b) => a.offsets[0] - b.offsets[0] || a.offsets[1] - b.offsets[1])
  let covered = 0
  for (const { name, offsets } of inOrder) {
    const [begin, end] = offsets
    if (begin !== covered || end < begin) {
      refuse(`it lies at bytes [${begin}, ${end}) where the tensor before it ends at ${covered}`, name)
    }
    covered = end
  }
  if (covered !== length) {
    refuse(`the tensors take ${covered} bytes and the file has ${length} for them: is it complete?`)
  }
}

const view = ({ name, dtype, shape, offsets }: HeaderEntry, data: Uint8Array, refuse: Refuse): SafeTensor => {
  if (!isDtype(dtype)) return refuse(`unknown dtype ${JSON.stringify(dtype)}`, name)
  const [begin, end] = offsets
  const size = byteSize(dtype, shape)
  if (size !== end - begin) {
    return refuse(`${dtype} [${shape.join(", ")}] does not take the ${end - begin} bytes that it has`, name)
  }
  const array = DTYPES[dtype][1]
  const aligned = (data.byteOffset + begin) % array.BYTES_PER_ELEMENT === 0
  const bytes = aligned ? data.subarray(begin, end) : data.slice(begin, end)
  return {
    dtype,
    shape,
    data: new array(bytes.buffer, bytes.byteOffset, size / array.BYTES_PER_ELEMENT)
  } as SafeTensor
}

/** How many bytes a tensor takes; NaN where that is not a whole number or not one that a double can hold. */
const byteSize = (dtype: Dtype, shape: ReadonlyArray<number>): number => {
  let bits = DTYPES[dtype][0]
  for (const length of shape) {
    bits *= length
    if (!Number.isSafeInteger(bits) || length < 0) return Number.NaN
  }
  return bits % 8 === 0 ? bits / 8 : Number.NaN
}

/**
 * Writes a safetensors file, byte for byte as the reference implementation does: tensors from the widest dtype to the
 * narrowest, by name within a dtype, after a header padded so that they begin at a multiple of eight. The same tensors
 * give the same bytes, in whatever order they come.
 *
 * @throws SafetensorsError where an array does not fill its shape, or a name is reserved or not Unicode
 */
export const writeSafetensors = (
  tensors: ReadonlyMap<string, SafeTensor>,
  options: { readonly metadata?: ReadonlyMap<string, string> } = {}
): Uint8Array<ArrayBuffer> => {
  const inOrder = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      DTYPE_ORDER.indexOf(b.dtype) - DTYPE_ORDER.indexOf(a.dtype) || compareCodePoints(nameA, nameB)
  )
  let end = 0
  const entries = inOrder.map(([name, tensor]) => {
    checkWritable(name, tensor)
    const begin = end
    end += tensor.data.byteLength
    return member(name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] })
  })
  const text = `{${[...metadataMember(options.metadata), ...entries].join(",")}}`
  const json = new TextEncoder().encode(text)
  const headerLength = Math.ceil(json.length / 8) * 8
  if (headerLength > MAX_HEADER) {
    throw new SafetensorsError({ reason: `a header of ${headerLength} bytes exceeds the limit of 100 MB` })
  }
  const file = new Uint8Array(8 + headerLength + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true)
  file.fill(0x20, 8, 8 + headerLength)
  file.set(json, 8)
  let at = 8 + headerLength
  for (const [, { data }] of inOrder) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return file
}

const member = (name: string, value: unknown) => `${JSON.stringify(name)}:${JSON.stringify(value)}`

const metadataMember = (metadata: ReadonlyMap<string, string> = new Map()): ReadonlyArray<string> => {
  if (metadata.size === 0) return []
  const members = [...metadata].sort(([a], [b]) => compareCodePoints(a, b))
  for (const pair of members) for (const text of pair) checkUnicode(text, "the metadata")
  return [`"__metadata__":{${members.map(([key, value]) => member(key, value)).join(",")}}`]
}

const checkWritable = (name: string, { dtype, shape, data }: SafeTensor) => {
  const refuse = (reason: string) => {
    throw new SafetensorsError({ tensor: name, reason })
  }
  checkUnicode(name, "the name of a tensor")
  if (name === "__metadata__") refuse("this name is reserved for the metadata")
  if (!isDtype(dtype) || !(data instanceof DTYPES[dtype][1])) refuse(`this array is not what holds ${dtype}`)
  if (data.byteLength !== byteSize(dtype, shape)) {
    refuse(`${dtype} [${shape.join(", ")}] does not take the ${data.byteLength} bytes of its array`)
  }
}

const checkUnicode = (text: string, what: string) => {
  if (/\p{Surrogate}/u.test(text)) {
    throw new SafetensorsError({ reason: `${what} is not Unicode text: ${JSON.stringify(text)}` })
  }
}

/** The order of UTF-8 bytes, which differs from that of JavaScript's strings beyond the basic plane. */
const compareCodePoints = (a: string, b: string): number => {
  const left = Array.from(a, (c) => c.codePointAt(0) as number)
  const right = Array.from(b, (c) => c.codePointAt(0) as number)
  const differs = left.findIndex((c, i) => c !== right[i])
  return differs < 0 ? left.length - right.length : left[differs] - (right[differs] ?? -1)
}
