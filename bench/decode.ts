/** What decoding a CT of LiTS size costs beside a bare gunzip of it by node:zlib, streamed and from memory. */
import { createReadStream, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { readNifti } from "../src/formats/index.ts"
import { gunzip } from "../src/node.ts"
import { INT16_BYTES, litsFolder } from "./support/ct.ts"
import { bareGunzip } from "./support/gunzip.ts"

const path = join(litsFolder(1), "volume-0.nii.gz")
const size = statSync(path).size
const bytes = new Uint8Array(readFileSync(path))
const stream = () => createReadStream(path, { highWaterMark: 1 << 18 })

const ways = {
  "bare gunzip, streamed": () => bareGunzip(path),
  "bare gunzipSync, in memory": () => gunzipSync(bytes),
  "readNifti, streamed": () => readNifti({ name: path, bytes: stream(), size }, { gunzip }),
  "readNifti, in memory": () => readNifti({ name: path, bytes }, { gunzip }),
  "readNifti, in memory, as in browsers": () => readNifti({ name: path, bytes })
}

const best = new Map<string, number>()
for (let round = 0; round < 7; round++) {
  for (const [name, decode] of Object.entries(ways)) {
    const began = performance.now()
    await decode()
    best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, performance.now() - began))
  }
}

const bare = best.get("bare gunzip, streamed")!
console.log(`CT of ${INT16_BYTES / 1e6} MB, gzipped to ${(size / INT16_BYTES).toFixed(2)} of that; best of 7`)
for (const [name, time] of best) {
  const most = name === "readNifti, streamed" ? " (at most 1.25)" : ""
  console.log(`${name.padEnd(38)}${time.toFixed(0).padStart(5)} ms, ratio ${(time / bare).toFixed(2)}${most}`)
}
