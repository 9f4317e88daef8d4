import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { FileError, Files } from "../../src/stages/files.ts"

/** A file system that tells what was asked of it, and fails where it is told to. */
export interface FilesSpy {
  readonly files: Files["Service"]
  readonly layer: Layer.Layer<Files>
  /** `"read lits/volume-0.nii"` and so on, in order. */
  readonly log: Array<string>
  /** Operations fail, as on a full disk, while this says so of their log line. */
  fails: (line: string) => boolean
}

/** Spies on a file system: one in memory unless another is given. */
export const spyOn = (under: Layer.Layer<Files> = Files.layerMemory()): FilesSpy => {
  const files = Effect.runSync(Effect.scoped(Effect.provide(Files, under)))
  const watch = <A, E, R>(operation: string, path: string, effect: Effect.Effect<A, E, R>) =>
    Effect.suspend((): Effect.Effect<A, E | FileError, R> => {
      const line = `${operation} ${path}`
      spy.log.push(line)
      return spy.fails(line) ? Effect.fail(new FileError({ operation, path, problem: "full" })) : effect
    })
  const watched: Files["Service"] = {
    read: (path, range) => watch("read", path, files.read(path, range)),
    stream: (path) => Stream.unwrap(watch("stream", path, Effect.succeed(files.stream(path)))),
    open: (path) => watch("open", path, files.open(path)),
    list: (path) => watch("list", path, files.list(path)),
    stat: (path) => watch("stat", path, files.stat(path)),
    makeDirectory: (path) => watch("make", path, files.makeDirectory(path)),
    write: (path, bytes, options) => watch("write", path, files.write(path, bytes, options)),
    append: (path, bytes) => watch("append", path, files.append(path, bytes)),
    remove: (path) => watch("remove", path, files.remove(path))
  } as Files["Service"]
  const spy: FilesSpy = { files, layer: Layer.succeed(Files, watched), log: [], fails: () => false }
  return spy
}
