import type { StartedRuntime } from "../compile/runtime/runtime.ts"
import type { OrtOptions, OrtPackage } from "../compile/runtime/startOrt.ts"
import { firstPackage } from "./firstPackage.ts"
import { workerRuntime } from "./workerRuntime.ts"

/** A runtime on the first of the packages that starts, with a notice of each that does not. */
export const firstRuntime = async (
  packages: ReadonlyArray<OrtPackage>,
  options: OrtOptions
): Promise<StartedRuntime> => {
  const start = async (name: OrtPackage) => ({ name, ...(await workerRuntime({ package: name, ...options })) })
  const { started, failed } = await firstPackage(packages, start)
  const { name, runtime, notices } = started
  return {
    runtime,
    notices: [...failed.map((reason) => `${reason}; ${name} runs instead, which takes longer`), ...notices]
  }
}
