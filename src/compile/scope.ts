import { engine } from "@tensorflow/tfjs-core"

/** Runs `f`, and frees every tensor that it makes; unlike `tidy`, it gives anything but tensors. */
export const scope = <A>(f: () => A): A => {
  engine().startScope()
  try {
    return f()
  } finally {
    engine().endScope()
  }
}
