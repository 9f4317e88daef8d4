import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { GzipError, NiftiError, type NiftiFile, readNifti, readNiftiLabels } from "../../src/formats/index.ts"
import { gunzip } from "../../src/node/gunzip.ts"
import { inPieces, type RawNifti, rawNifti, STORED_TYPES, type StoredType } from "../support/nifti.ts"

const named = (bytes: NiftiFile["bytes"], name = "ct.nii"): NiftiFile => ({ name, bytes })
const read = (fields: RawNifti) => readNifti(named(rawNifti(fields)))
const refusal = (result: Promise<unknown>) =>
  result.then(
    () => expect.unreachable("it was not refused"),
    (error) => {
      expect(error).toBeInstanceOf(NiftiError)
      return String(error.message)
    }
  )

describe("voxels", () => {
  const types = Object.keys(STORED_TYPES) as ReadonlyArray<StoredType>
  const variants = types.flatMap((type) =>
    [1, 2].flatMap((version) => [true, false].map((littleEndian) => ({ type, version, littleEndian }) as RawNifti))
  )
  it.each(
    variants
  )("of $type in NIfTI-$version, little-endian $littleEndian, are read as they were stored", async (f) => {
    const stored = f.type?.startsWith("u") ? [0, 1, 2, 3, 100, 200, 254, 255] : [0, -1, 2, -3, 100, -127, 127, -128]
    const { shape, voxels } = await read({ ...f, stored })
    expect(shape).toEqual([2, 2, 2])
    expect([...voxels]).toEqual(stored)
  })

  it.each([
    ["uint8", Uint8Array],
    ["int8", Int16Array],
    ["int16", Int16Array],
    ["uint16", Float32Array],
    ["float64", Float32Array]
  ] as const)("of %s come in the smallest array that holds them", async (type, expected) => {
    expect((await read({ type })).voxels).toBeInstanceOf(expected)
  })

  it("are scaled by slope and intercept, to float32", async () => {
    const { voxels } = await read({ stored: [0, 1, 2, 3, 4, 5, 6, -7], slope: 0.5, intercept: -1024 })
    expect(voxels).toEqual(Float32Array.of(-1024, -1023.5, -1023, -1022.5, -1022, -1021.5, -1021, -1027.5))
  })

  it.each([0, Number.NaN, Number.POSITIVE_INFINITY])("are not scaled where the slope is %s", async (slope) => {
    expect([...(await read({ slope, intercept: -1024 })).voxels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it("beyond 2^16 of 8 bytes are whole across the blocks they are converted in", async () => {
    const stored = Array.from({ length: 20_000 }, (_, i) => i - 7)
    const { voxels } = await read({ type: "int64", dim: [1, 20_000, 1, 1, 1, 1, 1, 1], stored })
    expect([...voxels]).toEqual(stored)
  })

  it("in a 2-D file are one slice", async () => {
    expect((await read({ dim: [2, 4, 2, 0, 0, 0, 0, 0] })).shape).toEqual([4, 2, 1])
  })

  it("of a 4-D file are one volume if there is only one", async () => {
    expect((await read({ dim: [5, 2, 2, 2, 1, 1, 0, 0] })).shape).toEqual([2, 2, 2])
  })
})

describe("a series", () => {
  const bytes = rawNifti({ dim: [4, 2, 1, 1, 3, 1, 1, 1], stored: [1, 2, 3, 4, 5, 6] })

  it.each([bytes, gzipSync(bytes)])("gives the volume that is asked for", async (file) => {
    for (const volume of [0, 1, 2]) {
      const { voxels } = await readNifti(named(file), { volume })
      expect([...voxels]).toEqual([2 * volume + 1, 2 * volume + 2])
    }
  })

  it("is refused where none is chosen, or one that it lacks", async () => {
    expect(await refusal(readNifti(named(bytes)))).toBe(
      "ct.nii: it holds 3 volumes; choose one: { volume: 0 } to { volume: 2 }"
    )
    expect(await refusal(readNifti(named(bytes), { volume: 3 }))).toMatch(/no volume 3, it holds 3/)
  })
})

describe("the affine", () => {
  const sform = { code: 1, rows: [2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30] }
  const quaternion = [0, 0, Math.SQRT1_2] as const
  const qform = { code: 2, quaternion, offset: [1, 2, 3] as const }
  const last = [0, 0, 0, 1]

  it("is the sform's, even beside a qform of a higher code", async () => {
    const { affine, spacing } = await read({ sform, qform })
    expect(affine).toEqual([[2, 0, 0, 10], [0, 3, 0, 20], [0, 0, 4, 30], last])
    expect(spacing).toEqual([2, 3, 4])
  })

  it.each([
    1, 2
  ] as const)("is the qform's in NIfTI-%d where there is no sform: here a quarter turn about z", async (version) => {
    const { affine } = await read({ version, qform, pixdim: [0, 2, 3, 4, 0, 0, 0, 0] })
    expect(affine.flat()).toBeAllclose([0, -3, 0, 1, 2, 0, 0, 2, 0, 0, 4, 3, ...last], { absolute: 1e-6 })
  })

  it("of a qform with a negative pixdim[0] has its third axis turned around", async () => {
    const { affine } = await read({ qform: { ...qform, quaternion: [0, 0, 0] }, pixdim: [-1, 2, 3, 4, 0, 0, 0, 0] })
    expect(affine).toEqual([[2, 0, 0, 1], [0, 3, 0, 2], [0, 0, -4, 3], last])
  })

  it("of a half turn is exact although its quaternion is rounded beyond length 1", async () => {
    const quaternion = [0.6000001, 0.8000001, 0] as const
    const { spacing } = await read({ qform: { ...qform, quaternion }, pixdim: [1, 2, 3, 4, 0, 0, 0, 0] })
    expect(spacing).toBeAllclose([2, 3, 4], { relative: 1e-12 })
  })

  it("is diag(pixdim) where there is neither; no sign, and 1 for what is not a length", async () => {
    const { affine } = await read({ pixdim: [1, -2, 0, Number.NaN, 0, 0, 0, 0] })
    expect(affine).toEqual([[2, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], last])
  })

  it.each([
    ["metres", 1, 1000],
    ["micrometres", 3, 0.001],
    ["no unit", 0, 1]
  ])("is in millimetres where the file is in %s", async (_, units, factor) => {
    const { affine, spacing } = await read({ sform, units })
    expect(spacing).toBeAllclose([2 * factor, 3 * factor, 4 * factor])
    expect(affine.map((row) => row[3])).toBeAllclose([10 * factor, 20 * factor, 30 * factor, 1])
  })

  it("is refused where it cannot be inverted", async () => {
    expect(await refusal(read({ sform: { code: 1, rows: new Array(12).fill(0) } }))).toMatch(/cannot be inverted/)
    expect(await refusal(read({ sform: { code: 1, rows: new Array(12).fill(Number.NaN) } }))).toMatch(
      /cannot be inverted/
    )
  })
})

describe("the layout", () => {
  const bytes = rawNifti()

  it.each([1, 7, 100, 1e6])("may come in pieces of %d bytes", async (size) => {
    const zipped = gzipSync(bytes)
    for (const source of [inPieces(bytes, size), inPieces(zipped, size)]) {
      expect([...(await readNifti(named(source))).voxels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    }
    expect([...(await readNifti(named(inPieces(zipped, size)), { gunzip })).voxels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it("may have extensions and padding before the voxels, and anything after them", async () => {
    const file = new Uint8Array([...rawNifti({ offset: 1000 }), 1, 2, 3])
    file[348] = 1
    file.fill(255, 352, 1000)
    expect([...(await readNifti(named(file))).voxels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it("may be a pair, either part gzipped", async () => {
    const header = rawNifti({ magic: "ni1\0" }).slice(0, 348)
    new DataView(header.buffer).setFloat32(108, 0, true)
    const image = bytes.subarray(352)
    for (const file of [
      { bytes: header, image },
      { bytes: gzipSync(header), image: gzipSync(image) }
    ]) {
      expect([...(await readNifti({ name: "ct.hdr", ...file })).voxels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    }
    const flipped = gzipSync(header)
    flipped[flipped.length - 8] ^= 1
    expect(await refusal(readNifti({ name: "ct.hdr", bytes: flipped, image }))).toMatch(/CRC-32/)
    expect(await refusal(readNifti({ name: "ct.hdr", bytes: header }))).toMatch(/without the image; give .* `image`/)
  })
})

describe("refuses, by name,", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /^ct.nii: this is not a NIfTI file/],
    ["text", new TextEncoder().encode("hello ".repeat(100)), /not a NIfTI file/],
    ["another magic", rawNifti({ magic: "nx1\0" }), /not a NIfTI file/],
    ["a header cut short", rawNifti().subarray(0, 200), /ends after 200 of 348 bytes/],
    ["no dimensions", rawNifti({ dim: [0, 2, 2, 2, 1, 1, 1, 1] }), /claims 0 dimensions/],
    ["an axis of no length", rawNifti({ dim: [3, 2, 0, 2, 1, 1, 1, 1] }), /size of 2 x 0 x 2/],
    ["colours", rawNifti({ code: 128 }), /RGB24 \(code 128\)/],
    ["complex numbers", rawNifti({ code: 32 }), /complex64/],
    ["voxels in the header", rawNifti({ offset: 348 }), /begin at byte 348, they cannot before 352/],
    ["an intercept that is no number", rawNifti({ intercept: Number.NaN }), /intercept NaN/],
    ["fewer voxels than promised", rawNifti({ stored: [1, 2, 3] }), /promises 368 bytes, it holds at most 358/]
  ])("%s", async (_, bytes, reason) => {
    expect(await refusal(readNifti(named(bytes)))).toMatch(reason)
  })

  it("fewer voxels than promised, also where the size is not known", async () => {
    expect(await refusal(readNifti(named(inPieces(rawNifti({ stored: [1, 2, 3] }), 50))))).toMatch(
      /ends 10 bytes before/
    )
  })

  it("more than the limit", async () => {
    expect(await refusal(readNifti(named(rawNifti()), { limit: 367 }))).toMatch(/promises 368 bytes, the limit is 367/)
  })
})

describe("gzip", () => {
  const zipped = gzipSync(rawNifti())

  it.each([gunzip, undefined])("of several members with padding is read to its end", async (codec) => {
    const bytes = rawNifti()
    const parts = [gzipSync(bytes.subarray(0, 100)), gzipSync(new Uint8Array(0)), gzipSync(bytes.subarray(100))]
    const file = Buffer.concat([...parts, new Uint8Array(512)])
    expect([...(await readNifti(named(file), codec ? { gunzip: codec } : {})).voxels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it.each([gunzip, undefined])("that is cut or does not match its checksum is refused", async (codec) => {
    const options = codec ? { gunzip: codec } : {}
    for (const length of [20, 60, zipped.length - 9, zipped.length - 1]) {
      expect(await refusal(readNifti(named(zipped.subarray(0, length)), options))).toMatch(/gzip stream ends early/)
    }
    const flipped = Uint8Array.from(zipped, (byte, i) => (i === zipped.length - 6 ? byte ^ 1 : byte))
    expect(await refusal(readNifti(named(flipped), options))).toMatch(/CRC-32/)
  })

  it("that could not hold what its header promises is refused before it is tried", async () => {
    const bomb = gzipSync(rawNifti({ dim: [3, 32767, 32767, 3, 1, 1, 1, 1] }))
    expect(await refusal(readNifti(named(bomb), { limit: Number.POSITIVE_INFINITY }))).toMatch(
      /promises .* holds at most/
    )
  })

  it("that goes on long after its voxels is stopped", async () => {
    const bomb = gzipSync(Buffer.concat([rawNifti(), new Uint8Array(2 ** 22)]))
    expect(await refusal(readNifti(named(bomb)))).toMatch(/goes on long after/)
    expect(await refusal(readNifti(named(bomb), { gunzip }))).toMatch(/goes on long after/)
  })

  it("errors keep the decoder's error as their cause", async () => {
    await expect(readNifti(named(zipped.subarray(0, 60)))).rejects.toMatchObject({ cause: expect.any(GzipError) })
  })
})

describe("the source of the bytes", () => {
  it.each([gunzip, undefined])("is closed, whether its file was read, refused or only begun", async (codec) => {
    let open = 0
    async function* file(bytes: Uint8Array) {
      open++
      try {
        yield* inPieces(bytes, 64)
      } finally {
        open--
      }
    }
    const bomb = gzipSync(Buffer.concat([rawNifti(), new Uint8Array(2 ** 22)]))
    for (const bytes of [rawNifti(), gzipSync(rawNifti()), rawNifti({ code: 128 }), bomb, bomb.subarray(0, 99)]) {
      await readNifti(named(file(bytes)), codec ? { gunzip: codec } : {}).catch(() => {})
      expect(open).toBe(0)
    }
  })

  it.each([gunzip, undefined])("may fail, with its own error", async (codec) => {
    async function* failing(bytes: Uint8Array) {
      yield bytes.subarray(0, 50)
      throw new RangeError("the disk is gone")
    }
    for (const bytes of [rawNifti(), gzipSync(rawNifti())]) {
      await expect(readNifti(named(failing(bytes)), codec ? { gunzip: codec } : {})).rejects.toThrow(RangeError)
    }
  })
})

describe("labels", () => {
  const types = Object.keys(STORED_TYPES) as ReadonlyArray<StoredType>
  it.each(types)("of %s are bytes", async (type) => {
    const { kind, voxels } = await readNiftiLabels(named(rawNifti({ type, stored: [0, 1, 2, 0, 1, 2, 100, 127] })))
    expect(kind).toBe("labels")
    expect(voxels).toEqual(Uint8Array.of(0, 1, 2, 0, 1, 2, 100, 127))
  })

  it.each([0.5, -1, 256, Number.NaN, Number.POSITIVE_INFINITY])("cannot be %s", async (value) => {
    const file = named(rawNifti({ type: "float32", stored: [0, 1, 2, value, 0, 0, 0, 0] }))
    expect(await refusal(readNiftiLabels(file))).toMatch(`voxel 3 is ${value}, a label is an integer from 0 to 255`)
  })
})
