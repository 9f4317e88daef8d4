import { engine, setBackend } from "@tensorflow/tfjs-core"

/** Runs `f` with a started engine as tfjs's current one, and puts the former one back. */
export const onBackend = <A>(name: string, f: () => A): A => {
  const before = engine().backendName ?? ""
  if (before === name) return f()
  void setBackend(name)
  try {
    return f()
  } finally {
    if (before !== "") void setBackend(before)
  }
}
